"""What a call makes is marked with its receipt, so that it is found again when the answer that named it was lost."""

import json
import time
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from doctor.aws import settle
from doctor.aws.session import Aws
from doctor.model.call import Call
from doctor.model.events import Job, Line
from doctor.model.finding import Settle

TAG = "doctor:receipt"
_GONE = ("deleting", "deleted")


@dataclass(frozen=True)
class _Made:
    """How one kind of thing is marked and found again; ``member``: under which name the call's own answer tells it."""

    kind: str
    operation: str
    filters: str
    key: str
    member: str = ""


_MADE = {
    "ec2:AllocateAddress": _Made("elastic-ip", "DescribeAddresses", "Filters", "Addresses"),
    "ec2:CreateNatGateway": _Made("natgateway", "DescribeNatGateways", "Filter", "NatGateways", "NatGateway"),
    "ec2:CreateEgressOnlyInternetGateway": _Made(
        "egress-only-internet-gateway",
        "DescribeEgressOnlyInternetGateways",
        "Filters",
        "EgressOnlyInternetGateways",
        "EgressOnlyInternetGateway",
    ),
    "ec2:CreateVpcBlockPublicAccessExclusion": _Made(
        "vpc-block-public-access-exclusion",
        "DescribeVpcBlockPublicAccessExclusions",
        "Filters",
        "VpcBlockPublicAccessExclusions",
        "VpcBlockPublicAccessExclusion",
    ),
    "ec2:CreateVpcEndpoint": _Made("vpc-endpoint", "DescribeVpcEndpoints", "Filters", "VpcEndpoints", "VpcEndpoint"),
}


_TOKEN = 64
"""Characters of a token, at most."""


def marked(call: Call, mark: str) -> Call:
    """The call, with a tag on what it makes; as it is where it makes nothing.

    Its token is made the receipt's own: a second receipt with the same call must not get what the first one made and took back.
    """
    made = _MADE.get(call.name)
    if made is None:
        return call
    tags = [{"ResourceType": made.kind, "Tags": [{"Key": TAG, "Value": mark}]}]
    token = call.parameters.get("ClientToken")
    own = {"ClientToken": f"{token}-{mark}"[-_TOKEN:]} if token else {}
    return replace(call, parameters={**call.parameters, **own, "TagSpecifications": tags})


def found(aws: Aws, call: Call) -> Job[dict[str, Any] | None]:
    """What a marked call made, as its answer would have told it; ``None``: nothing is to be seen of it.

    Raises:
        AwsError: it cannot be looked for.
    """
    if call.name == _VERSION:
        return _version(aws, call)
    made = _MADE[call.name]
    mark = call.parameters["TagSpecifications"][0]["Tags"][0]["Value"]
    parameters = {made.filters: [{"Name": f"tag:{TAG}", "Values": [mark]}]}
    look = replace(call, operation=made.operation, parameters=parameters)
    deadline = time.monotonic() + settle.SHOWN_SECONDS
    while True:
        answer = aws.read(look)
        for one in answer.get(made.key, ()):
            if str(one.get("State", "")).lower() not in _GONE:
                return {made.member: one} if made.member else dict(one)
        if time.monotonic() > deadline:
            return None
        yield Line(text=f"looking for what {call.name} made, by its tag", role="dim")
        time.sleep(settle.POLL)


def only_made(call: Call, settled: Settle) -> Settle:
    """What shows that a marked call took effect, narrowed to what it made: its neighbours have states of their own."""
    made = _MADE.get(call.name)
    if made is None or settled.call.operation != made.operation:
        return settled
    mark = {"Name": f"tag:{TAG}", "Values": [call.parameters["TagSpecifications"][0]["Tags"][0]["Value"]]}
    filters = [*settled.call.parameters.get(made.filters, ()), mark]
    asked = {**settled.call.parameters, made.filters: filters}
    return replace(settled, call=replace(settled.call, parameters=asked))


def makes(call: Call) -> bool:
    """Whether a call makes something that is found again by its mark."""
    return call.name == _VERSION or (call.name in _MADE and "TagSpecifications" in call.parameters)


_VERSION = "iam:CreatePolicyVersion"
"""Takes no mark: what it made is found again by what it says."""


def _version(aws: Aws, call: Call) -> dict[str, Any] | None:
    """The newest version of a managed policy that is not its default and says what the call wrote."""
    named = {"PolicyArn": call.parameters["PolicyArn"]}
    said = json.loads(call.parameters["PolicyDocument"])
    for one in aws.read(replace(call, operation="ListPolicyVersions", parameters=named)).get("Versions", ()):
        if not one.get("IsDefaultVersion"):
            asked = replace(call, operation="GetPolicyVersion", parameters={**named, "VersionId": one["VersionId"]})
            if aws.read(asked)["PolicyVersion"]["Document"] == said:
                return {"PolicyVersion": {"VersionId": one["VersionId"]}}
    return None
