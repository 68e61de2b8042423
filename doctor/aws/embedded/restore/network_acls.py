"""Network ACLs: the subnets that each guards, and its entries."""

from typing import Any

from doctor.aws.embedded.recorded import recorded
from doctor.aws.embedded.restore.clients import Clients
from doctor.model.network import NetworkAcl

_LAST = 32767
"""The number of the entry that every network ACL ends with, which nobody writes."""
_WRITTEN = ("RuleNumber", "Egress", "Protocol", "RuleAction", "CidrBlock", "Ipv6CidrBlock", "PortRange")


def restore(clients: Clients, acl: NetworkAcl) -> None:
    """A default one came with its VPC and admits everything; another is made, and admits nothing."""
    if not acl.is_default:
        with recorded(ids=[acl.network_acl_id]):
            clients.ec2.create_network_acl(VpcId=acl.vpc_id)
    _entries(clients, acl)
    for association in acl.associations:
        _associate(clients, acl, association.subnet_id)


def _entries(clients: Clients, acl: NetworkAcl) -> None:
    found = clients.ec2.describe_network_acls(NetworkAclIds=[acl.network_acl_id])["NetworkAcls"][0]["Entries"]
    there, wanted = ([_written(one) for one in entries] for entries in (found, acl.entries))
    place = {"NetworkAclId": acl.network_acl_id}
    for entry in there:
        if entry not in wanted and entry["RuleNumber"] < _LAST:
            named = {key: entry[key] for key in ("RuleNumber", "Egress")}
            clients.ec2.delete_network_acl_entry(**place, **named)
    for entry in wanted:
        if entry not in there and entry["RuleNumber"] < _LAST:
            clients.ec2.create_network_acl_entry(**place, **entry)


def _written(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: entry[key] for key in _WRITTEN if key in entry}


def _associate(clients: Clients, acl: NetworkAcl, subnet: str) -> None:
    by_subnet = [{"Name": "association.subnet-id", "Values": [subnet]}]
    for holder in clients.ec2.describe_network_acls(Filters=by_subnet)["NetworkAcls"]:
        for one in holder["Associations"]:
            if one["SubnetId"] == subnet and holder["NetworkAclId"] != acl.network_acl_id:
                clients.ec2.replace_network_acl_association(
                    AssociationId=one["NetworkAclAssociationId"], NetworkAclId=acl.network_acl_id
                )
