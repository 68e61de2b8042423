"""An account that tells what a table says: one answer for each operation, and nothing for every other."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape

from doctor.aws.pacing import Pacing
from doctor.model.call import Call
from doctor.testing.world import ACCOUNT, NOW, REGION, request_id

Answer = dict[str, Any]

NAME = "orders"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"
MILLIS = int(NOW.timestamp() * 1000)
CONFIGURATION = {
    "FunctionName": NAME,
    "FunctionArn": ARN,
    "Role": ROLE,
    "Runtime": "python3.12",
    "Handler": "app.handler",
    "Timeout": 3,
    "MemorySize": 128,
    "CodeSha256": "c0de",
    "Version": "$LATEST",
    "LastModified": "2026-11-01T00:00:00.000+0000",
    "State": "Active",
    "LastUpdateStatus": "Successful",
    "Environment": {"Variables": {"TABLE": "true", "PASSWORD": "hunter2-canary"}},
    "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"], "VpcId": "vpc-1"},
    "NewIn2027": {"A": 1},
}
DOCUMENT = {"Version": "2012-10-17", "Statement": []}
REQUEST = request_id(600)
LINES = (
    (600.0, f"START RequestId: {REQUEST} Version: $LATEST\n"),
    (599.0, "password=hunter2-canary\n"),
    (597.0, f"END RequestId: {REQUEST}\n"),
    (597.0, f"REPORT RequestId: {REQUEST}\tDuration: 3000.00 ms\tStatus: timeout\t\n"),
)

ANSWERS: dict[str, Answer] = {
    "lambda:GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 100}},
    "lambda:ListFunctions": {"Functions": [CONFIGURATION]},
    "lambda:GetFunction": {"Configuration": CONFIGURATION, "Code": {"Location": ""}, "Tags": {"team": "true"}},
    "lambda:GetFunctionConfiguration": CONFIGURATION,
    "lambda:GetFunctionConcurrency": {"ReservedConcurrentExecutions": 5},
    "lambda:GetPolicy": {"Policy": '{"Statement": []}'},
    "lambda:ListAliases": {
        "Aliases": [{"AliasArn": f"{ARN}:live", "Name": "live", "FunctionVersion": "1", "RoutingConfig": {}}]
    },
    "lambda:ListEventSourceMappings": {
        "EventSourceMappings": [
            {"UUID": "u-1", "EventSourceArn": QUEUE, "FunctionArn": ARN, "BatchSize": 10, "State": "Enabled"}
        ]
    },
    "sqs:GetQueueAttributes": {"Attributes": {"QueueArn": QUEUE, "VisibilityTimeout": "30", "ApproximateNumberOfMessages": "7"}},
    "iam:GetRole": {"Role": {"Arn": ROLE, "RoleName": "orders", "AssumeRolePolicyDocument": DOCUMENT}},
    "iam:ListAttachedRolePolicies": {"AttachedPolicies": [{"PolicyName": "boundary", "PolicyArn": BOUNDARY}]},
    "iam:ListRolePolicies": {"PolicyNames": ["inline"]},
    "iam:GetRolePolicy": {"PolicyName": "inline", "PolicyDocument": DOCUMENT},
    "iam:GetPolicy": {"Policy": {"Arn": BOUNDARY, "PolicyName": "boundary", "DefaultVersionId": "v1"}},
    "iam:GetPolicyVersion": {"PolicyVersion": {"VersionId": "v1", "IsDefaultVersion": True, "Document": DOCUMENT}},
    "ec2:DescribeSubnets": {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}]},
    "ec2:DescribeVpcs": {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]},
    "logs:DescribeLogGroups": {"logGroups": [{"logGroupName": f"/aws/lambda/{NAME}", "arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{NAME}:*"}]},
    "logs:FilterLogEvents": {
        "events": [
            {"timestamp": MILLIS - int(ago * 1000), "logStreamName": "2026/11/23/[$LATEST]e", "message": line, "eventId": str(number)}
            for number, (ago, line) in enumerate(LINES)
        ]
    },
    "cloudtrail:LookupEvents": {
        "Events": [
            {"EventId": "e-1", "EventName": "UpdateFunctionCode20150331v2", "EventTime": datetime(2026, 11, 20, tzinfo=UTC), "Resources": [{"ResourceName": NAME}]}
        ]
    },
    "events:ListEventBuses": {"EventBuses": [{"Name": "default"}]},
    "events:ListRules": {"Rules": [{"Arn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/nightly", "Name": "nightly"}]},
    "events:ListTargetsByRule": {"Targets": [{"Id": "1", "Arn": ARN}]},
}  # fmt: skip


_SESSION = botocore.session.get_session()


class Told:
    """The seam, as collecting sees it.

    ``instead`` is asked for another answer to a call before the table is: it returns one, returns ``None``, or raises.
    """

    account, region, endpoint, loopback = ACCOUNT, REGION, None, True

    def __init__(self, instead: Callable[[Call], Answer | None] = lambda _: None) -> None:
        self.pacing = Pacing()
        self.asked: list[Call] = []
        self._instead = instead

    def url_of(self, service: str) -> str:
        return f"https://{service}.{REGION}.amazonaws.com"

    def call(self, call: Call) -> Answer:
        self.asked.append(call)
        told = self._instead(call)
        return deepcopy(told if told is not None else self._told(call))

    def read(self, call: Call, *_: object) -> Answer:
        return self.call(call)

    def pages(self, call: Call, *_: object) -> Iterator[Answer]:
        yield self.call(call)

    def _told(self, call: Call) -> Answer:
        version = call.parameters.get("Qualifier", "")
        if call.name == "lambda:GetFunction" and version.isdigit():
            return {"Configuration": {**CONFIGURATION, "FunctionArn": f"{ARN}:{version}", "Version": version}}
        return ANSWERS.get(call.name) or self._nothing(call)

    def _nothing(self, call: Call) -> Answer:
        """An answer with empty lists and maps, as an account gives that has none of what was asked for."""
        shape = _SESSION.get_service_model(call.service).operation_model(call.operation).output_shape
        members = shape.members if shape is not None else {}
        kinds = (
            (name, list if isinstance(one, ListShape) else dict)
            for name, one in members.items()
            if isinstance(one, ListShape | MapShape)
        )
        return {name: kind() for name, kind in kinds}
