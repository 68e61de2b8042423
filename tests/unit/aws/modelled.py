"""An account behind the seam whose state is a snapshot: writes have their modelled effect, reads answer as AWS does."""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from doctor.aws.collectors.network import LISTINGS, _Listing
from doctor.engine.operations import operation
from doctor.engine.operations.operation import in_order
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.identity import Role
from doctor.model.interfaces import VpcBlockPublicAccessExclusion
from doctor.model.network import EgressOnlyInternetGateway
from doctor.model.snapshot import Resource, Snapshot
from doctor.model.transit import TransitGatewayRouteTable, TransitGatewayVpcAttachment
from doctor.testing.world import ACCOUNT, REGION
from tests.unit.aws.fake import refused

Answer = dict[str, Any]
_APART = ("type", "Policy", "ReservedConcurrentExecutions", "Tags", "Package")
"""What a description of a function or a role does not tell."""


_FILTERS = {
    "vpc-id": "VpcId",
    "service-name": "ServiceName",
    "subnet-id": "SubnetId",
    "nat-gateway-id": "NatGatewayId",
}
"""Filters of EC2's listings, and the fields that they compare."""


class Modelled:
    """``before`` and ``after`` are called with each call's number, and may raise."""

    account = ACCOUNT
    region = REGION
    endpoint = None
    loopback = False

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.sent: list[Call] = []
        self.marked: dict[str, list[str]] = {}
        """ARNs of what was made, by the tag of the receipt."""
        self.before: Callable[[int, Call], None] = lambda _number, _call: None
        self.after: Callable[[int, Call], None] = lambda _number, _call: None

    def read(self, call: Call, *_: object) -> Answer:
        return self.call(call)

    def call(self, call: Call) -> Answer:
        number = len(self.sent)
        self.sent.append(call)
        self.before(number, call)
        answer = self._write(call) if operation(call) else getattr(self, f"_{call.operation}")(call.parameters, call)
        self.after(number, call)
        return answer  # type: ignore[no-any-return]

    def _write(self, call: Call) -> Answer:
        assert "redacted" not in msgspec.json.encode(call).decode().lower()
        parameters = dict(call.parameters)
        marks = parameters.pop("TagSpecifications", [])
        revision = parameters.pop("RevisionId", None)
        name = str(parameters.get("FunctionName", ""))
        owner = self.snapshot.resources.get(f"{name}:{parameters['Name']}" if "Name" in parameters else name)
        if revision is not None and revision != getattr(owner, "revision_id", revision):
            raise refused(call, "PreconditionFailedException", "failed")
        if call.operation == "PublishVersion" and (last := self._published(name)):
            return {"Version": last}
        known = operation(call)
        assert known is not None
        before = self.snapshot
        try:
            self.snapshot, answer = known.effect(before, replace(call, parameters=parameters))
        except LookupError as error:
            raise refused(call, "NotFound", "absent") from error
        self.snapshot = self.snapshot.with_resources(*self._revised(before, len(self.sent)))
        new = [arn for arn in self.snapshot.resources if arn not in before.resources]
        self.marked |= {one["Value"]: new for mark in marks for one in mark["Tags"]}
        return answer

    def _revised(self, before: Snapshot, number: int) -> list[Resource]:
        """What changed, under a revision of its own."""
        return [
            replace(one, revision_id=f"revision-{number}")
            for arn, one in self.snapshot.resources.items()
            if isinstance(one, Function | Alias) and one != before.resources.get(arn)
        ]

    def _published(self, name: str) -> str:
        """The version that was published last, if ``$LATEST`` has not changed since."""
        versions = World(self.snapshot).versions(Function(function_name="", function_arn=name))
        last = max((int(one.version) for one in versions if one.version.isdigit()), default=0)
        same = [_content(one) for one in versions if one.version in ("$LATEST", str(last))]
        return str(last) if last and same[0] == same[1] else ""

    def _found(self, arn: str, call: Call) -> Any:
        if arn not in self.snapshot.resources:
            raise refused(call, "ResourceNotFoundException", "absent")
        return self.snapshot.resources[arn]

    def _told(self, arn: str, call: Call) -> Answer:
        whole = msgspec.to_builtins(self._found(arn, call))
        return {name: value for name, value in whole.items() if name not in _APART}

    def _GetFunctionConfiguration(self, given: Answer, call: Call) -> Answer:  # noqa: N802 -- AWS's name
        version = given.get("Qualifier", "$LATEST")
        arn = given["FunctionName"] if version == "$LATEST" else f"{given['FunctionName']}:{version}"
        return {"LastUpdateStatus": "Successful", **self._told(arn, call)}

    def _GetFunctionConcurrency(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        reserved = self._found(given["FunctionName"], call).reserved_concurrent_executions
        return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}

    def _GetAlias(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        return self._told(f"{given['FunctionName']}:{given['Name']}", call)

    def _GetPolicy(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        if call.service == "iam":
            return {"Policy": self._told(given["PolicyArn"], call)}
        of = f":{given['Qualifier']}" if "Qualifier" in given else ""
        policy = self._found(given["FunctionName"] + of, call).policy
        if policy is None:
            raise refused(call, "ResourceNotFoundException", "absent")
        return {"Policy": json.dumps(policy)}

    def _role(self, given: Answer) -> Role:
        return next(
            one
            for one in self.snapshot.resources.values()
            if isinstance(one, Role) and one.role_name == given["RoleName"]
        )

    def _GetRole(self, given: Answer, _: Call) -> Answer:  # noqa: N802
        whole = msgspec.to_builtins(self._role(given))
        return {"Role": {name: value for name, value in whole.items() if name not in ("type", "RolePolicyList")}}

    def _ListRolePolicies(self, given: Answer, _: Call) -> Answer:  # noqa: N802
        return {"PolicyNames": [one.policy_name for one in self._role(given).role_policy_list]}

    def _GetRolePolicy(self, given: Answer, _: Call) -> Answer:  # noqa: N802
        (found,) = [one for one in self._role(given).role_policy_list if one.policy_name == given["PolicyName"]]
        return {"PolicyName": found.policy_name, "PolicyDocument": found.policy_document}

    def _ListPolicyVersions(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        policy = self._found(given["PolicyArn"], call)
        told = (msgspec.to_builtins(one) for one in reversed(policy.policy_version_list))
        return {
            "Versions": [{**one, "IsDefaultVersion": one["VersionId"] == policy.default_version_id} for one in told]
        }

    def _GetPolicyVersion(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        policy = self._found(given["PolicyArn"], call)
        (found,) = [one for one in policy.policy_version_list if one.version_id == given["VersionId"]]
        return {"PolicyVersion": msgspec.to_builtins(found)}

    def _GetQueueUrl(self, given: Answer, _: Call) -> Answer:  # noqa: N802
        return {"QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{given['QueueName']}"}

    def _GetQueueAttributes(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        account, name = given["QueueUrl"].rsplit("/", 2)[1:]
        told = self._told(f"arn:aws:sqs:{REGION}:{account}:{name}", call)
        plain = {key: str(value) for key, value in told.items() if isinstance(value, int | str)}
        return {"Attributes": plain}

    def _GetEventSourceMapping(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{given['UUID']}"
        return self._told(arn, call)

    def _DescribeRule(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        bus = f"{given['EventBusName']}/" if given.get("EventBusName", "default") != "default" else ""
        return self._told(f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{bus}{given['Name']}", call)

    def _DescribeAddresses(self, given: Answer, _: Call) -> Answer:  # noqa: N802
        (wanted,) = given["Filters"]
        made = [arn for value in wanted["Values"] for arn in self.marked.get(value, ())]
        return {
            "Addresses": [
                msgspec.to_builtins(self.snapshot.resources[arn]) for arn in made if arn in self.snapshot.resources
            ]
        }

    def _DescribeVpcAttribute(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        told = self._told(f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{given['VpcId']}", call)
        name = given["Attribute"][0].upper() + given["Attribute"][1:]
        return {name: {"Value": told.get(name, False)}}

    def _GetKeyPolicy(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        return {"Policy": json.dumps(self._found(given["KeyId"], call).policy)}

    def _SearchTransitGatewayRoutes(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        table = f"arn:aws:ec2:{REGION}:{ACCOUNT}:transit-gateway-route-table/{given['TransitGatewayRouteTableId']}"
        wanted = {one["Name"]: one["Values"] for one in given["Filters"]}.get("route-search.exact-match")
        routes = [{"Type": "static", "State": "active", **one} for one in self._told(table, call).get("Routes", [])]
        return {"Routes": [one for one in routes if wanted is None or one["DestinationCidrBlock"] in wanted]}

    def _DescribeKey(self, given: Answer, call: Call) -> Answer:  # noqa: N802
        return {"KeyMetadata": self._told(given["KeyId"], call)}


_LAST_STATES = {"NatGatewayId": "deleted", "ExclusionId": "delete-complete"}
"""What is told for a while of a thing that is gone."""


def _listed(listing: _Listing) -> Callable[[Modelled, Answer, Call], Answer]:
    """How EC2 answers about one kind: what every filter lets through; a NAT gateway that is gone is told for a while."""

    def answer(self: Modelled, given: Answer, _: Call) -> Answer:
        filters = [*given.get(listing.parameter, ())]
        if f"{listing.identifier}s" in given:
            filters.append({"Name": _in_word(listing.identifier), "Values": given[f"{listing.identifier}s"]})
        wanted = {one["Name"]: one["Values"] for one in filters if one["Name"] != "state"}
        marks = [arn for value in wanted.pop("tag:doctor:receipt", ()) for arn in self.marked.get(value, ())]
        only = marks if any(one["Name"].startswith("tag:") for one in filters) else None
        every = [
            one
            for arn, one in self.snapshot.resources.items()
            if isinstance(one, listing.shape) and (only is None or arn in only)
        ]
        raws = [{"State": "available", **msgspec.to_builtins(one)} for one in every]
        found = [raw for raw in raws if all(_in_words(raw).get(name) in values for name, values in wanted.items())]
        if not found and listing.identifier in _LAST_STATES:
            ids = wanted.get(_in_word(listing.identifier), [])
            found = [{listing.identifier: one, "State": _LAST_STATES[listing.identifier]} for one in ids]
        return {listing.key: found}

    return answer


def _in_words(raw: Answer) -> Answer:
    """A resource by the names of EC2's filters."""
    return {_in_word(name): value for name, value in raw.items()}


def _in_word(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


_BY_IDS = (
    _Listing(
        VpcBlockPublicAccessExclusion,
        "DescribeVpcBlockPublicAccessExclusions",
        "VpcBlockPublicAccessExclusions",
        "ExclusionId",
        "vpc-block-public-access-exclusion",
    ),
    _Listing(
        TransitGatewayRouteTable,
        "DescribeTransitGatewayRouteTables",
        "TransitGatewayRouteTables",
        "TransitGatewayRouteTableId",
        "transit-gateway-route-table",
    ),
    _Listing(
        TransitGatewayVpcAttachment,
        "DescribeTransitGatewayVpcAttachments",
        "TransitGatewayVpcAttachments",
        "TransitGatewayAttachmentId",
        "transit-gateway-vpc-attachment",
    ),
    _Listing(
        EgressOnlyInternetGateway,
        "DescribeEgressOnlyInternetGateways",
        "EgressOnlyInternetGateways",
        "EgressOnlyInternetGatewayId",
        "egress-only-internet-gateway",
    ),
)
"""What collecting lists otherwise, and one reads again by its id."""

for _one in (*LISTINGS, *_BY_IDS):
    setattr(Modelled, f"_{_one.operation}", _listed(_one))


def _content(one: Function) -> Function:
    """What a version is published for."""
    bare = arns.unqualified(one.function_arn)
    return replace(one, function_arn=bare, version="", revision_id="", last_modified="", policy=None, description="")


def state(snapshot: Snapshot) -> dict[str, Resource]:
    """What an undo must restore: everything but what AWS assigns."""
    return {arn: _unassigned(one) for arn, one in snapshot.resources.items()}


def _unassigned(one: Resource) -> Resource:
    if isinstance(one, EventSourceMapping):
        return replace(one, extra={name: value for name, value in one.extra.items() if name != "LastModified"})
    if isinstance(one, Function):
        one = replace(one, last_modified="")
    return replace(one, revision_id="", policy=in_order(one.policy)) if isinstance(one, Function | Alias) else one
