"""Entries of network ACLs."""

from doctor.aws.embedded.addition import Addition, Proceed, Request, Result

addition = Addition(
    "network ACLs", "moto's custom ACLs lack the final deny, and entries come in the order of their making"
)

_LAST = 32767


@addition.amends("ec2", "DescribeNetworkAcls")
def describe_network_acls(_request: Request, proceed: Proceed) -> Result:
    """Add the entry that denies everything else, and sort by rule number."""
    answer = proceed()
    for acl in answer.get("NetworkAcls", []):
        entries = acl.setdefault("Entries", [])
        for egress in (False, True):
            if not any(entry["RuleNumber"] == _LAST and entry["Egress"] is egress for entry in entries):
                entries.append(_deny_all(egress=egress))
        entries.sort(key=lambda entry: (not entry["Egress"], entry["RuleNumber"]))
    return answer


def _deny_all(*, egress: bool) -> Result:
    return {
        "CidrBlock": "0.0.0.0/0",
        "Egress": egress,
        "Protocol": "-1",
        "RuleAction": "deny",
        "RuleNumber": _LAST,
    }
