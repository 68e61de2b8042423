"""The fields of every shape are called as AWS calls them: the names are held against botocore's service models."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import botocore.session
import msgspec
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape

import doctor.model
from doctor.model import (
    alarms,
    backends,
    balancing,
    function,
    identity,
    images,
    interfaces,
    invoking,
    network,
    organization,
    secrets,
    snapshot,
    sources,
    transit,
    triggers,
)
from doctor.model.record import Shape as Ours
from doctor.model.telemetry import Change, RefusedCall

HOMES: dict[str, tuple[str, ...]] = {
    "function": ("lambda",),
    "invoking": ("lambda",),
    "snapshot": ("lambda",),
    "identity": ("iam",),
    "network": ("ec2",),
    "interfaces": ("ec2",),
    "balancing": ("elbv2",),
    "images": ("ecr",),
    "transit": ("ec2",),
    "backends": ("lambda", "rds", "elasticache", "elbv2", "kafka", "mq", "efs"),
    "sources": ("sns", "s3", "scheduler", "apigatewayv2", "kinesis", "kms", "events"),
    "triggers": ("events", "dynamodb", "logs"),
    "organization": ("organizations",),
    "telemetry": ("cloudtrail",),
    "alarms": ("cloudwatch",),
}
"""By module: the services of which one describes a shape under the same name, unless ``RENAMED`` says otherwise."""

RENAMED: dict[type[Ours], tuple[str, ...]] = {
    function.Function: ("lambda:FunctionConfiguration",),
    function.VpcConfig: ("lambda:VpcConfigResponse",),
    function.Environment: ("lambda:EnvironmentResponse",),
    function.TracingConfig: ("lambda:TracingConfigResponse",),
    function.SnapStart: ("lambda:SnapStartResponse",),
    function.PublishedVersion: ("lambda:FunctionConfiguration",),
    function.Alias: ("lambda:AliasConfiguration",),
    function.AliasRoutingConfig: ("lambda:AliasRoutingConfiguration",),
    function.EventSourceMapping: ("lambda:EventSourceMappingConfiguration",),
    invoking.ProvisionedConcurrencyConfig: ("lambda:GetProvisionedConcurrencyConfigResponse",),
    invoking.RuntimeManagementConfig: ("lambda:GetRuntimeManagementConfigResponse",),
    invoking.OnDestination: ("lambda:OnSuccess", "lambda:OnFailure"),
    invoking.LayerVersion: ("lambda:GetLayerVersionResponse", "lambda:LayerVersionContentOutput"),
    identity.Role: ("iam:RoleDetail",),
    identity.User: ("iam:UserDetail",),
    identity.Group: ("iam:GroupDetail",),
    identity.ManagedPolicy: ("iam:ManagedPolicyDetail",),
    network.Ipv6CidrBlockAssociation: ("ec2:SubnetIpv6CidrBlockAssociation", "ec2:VpcIpv6CidrBlockAssociation"),
    backends.Broker: ("mq:DescribeBrokerResponse",),
    backends.CacheSecurityGroup: ("elasticache:SecurityGroupMembership",),
    backends.DBSubnet: ("rds:Subnet",),
    backends.KafkaCluster: ("kafka:ClusterInfo",),
    backends.AccessPoint: ("efs:AccessPointDescription",),
    backends.FileSystem: ("efs:FileSystemDescription",),
    backends.MountTarget: ("efs:MountTargetDescription",),
    interfaces.HostedZone: ("route53:HostedZoneSummary",),
    sources.Schedule: ("scheduler:GetScheduleOutput",),
    sources.ScheduleTarget: ("scheduler:Target",),
    sources.Stream: ("kinesis:StreamDescriptionSummary",),
    sources.Key: ("kms:KeyMetadata",),
    triggers.EventRule: ("events:Rule",),
    triggers.Table: ("dynamodb:TableDescription",),
    organization.OrganizationPolicy: ("organizations:PolicySummary",),
    alarms.Alarm: ("cloudwatch:MetricAlarm",),
    secrets.Secret: ("secretsmanager:DescribeSecretResponse",),
    Change: ("cloudtrail:Event",),
    RefusedCall: ("cloudtrail:Event",),
}

OURS: dict[type[Ours], dict[str, str]] = {
    function.Function: {
        "ReservedConcurrentExecutions": "lambda:GetFunctionConcurrencyResponse",
        "Policy": "lambda:GetPolicyResponse",
        "ImageUri": "lambda:FunctionCodeLocation",
        "Tags": "lambda:GetFunctionResponse",
        "RecursiveLoop": "lambda:GetFunctionRecursionConfigResponse",
        "CodeSigningConfigArn": "lambda:GetFunctionCodeSigningConfigResponse",
        "EventInvokeConfig": "",
        "FunctionUrlConfig": "",
        "ProvisionedConcurrencyConfig": "",
        "RuntimeManagementConfig": "",
        "PublishedVersions": "",
        "Package": "",
    },
    function.Alias: {
        "Policy": "lambda:GetPolicyResponse",
        "EventInvokeConfig": "",
        "FunctionUrlConfig": "",
        "ProvisionedConcurrencyConfig": "",
    },
    network.NetworkShape: {"arn": ""},
    network.Vpc: {
        "EnableDnsSupport": "ec2:DescribeVpcAttributeResult",
        "EnableDnsHostnames": "ec2:DescribeVpcAttributeResult",
    },
    invoking.LayerVersion: {"Policy": "lambda:GetLayerVersionPolicyResponse", "Package": ""},
    interfaces.HostedZone: {"VpcId": ""},
    interfaces.ManagedPrefixList: {"Entries": "ec2:GetManagedPrefixListEntriesResult"},
    transit.TransitGatewayRouteTable: {"Routes": "ec2:SearchTransitGatewayRoutesResult"},
    backends.DBProxy: {"Targets": "rds:DescribeDBProxyTargetsResponse"},
    backends.MountTarget: {"arn": "", "SecurityGroups": "efs:DescribeMountTargetSecurityGroupsResponse"},
    backends.FileSystem: {"Policy": "efs:FileSystemPolicyDescription"},
    balancing.TargetGroup: {"TargetHealthDescriptions": "elbv2:DescribeTargetHealthOutput"},
    balancing.Listener: {"Rules": "elbv2:DescribeRulesOutput"},
    images.Repository: {
        "policyText": "ecr:GetRepositoryPolicyResponse",
        "imageDetails": "ecr:DescribeImagesResponse",
    },
    triggers.LogGroup: {"logStreams": "logs:DescribeLogStreamsResponse"},
    secrets.Secret: {"Policy": ""},
    triggers.EventRule: {"Targets": "events:ListTargetsByRuleResponse"},
    sources.EventBus: {"Policy": "events:EventBus"},
    sources.Key: {
        "Policy": "kms:GetKeyPolicyResponse",
        "Grants": "kms:ListGrantsResponse",
        "Aliases": "kms:ListAliasesResponse",
    },
    sources.Stream: {"Policy": "kinesis:GetResourcePolicyOutput"},
    triggers.Table: {"Policy": "dynamodb:GetResourcePolicyOutput"},
    organization.OrganizationPolicy: {"Content": "organizations:Policy"},
    Change: {"resources": ""},
    RefusedCall: {"userIdentity": "", "errorCode": "", "errorMessage": ""},
}
"""Fields that another operation tells, and by which shape, or that are doctor's own (empty)."""

COMPOSED: dict[type[Ours], str] = {
    sources.Bucket: "S3 tells of a bucket in one operation for each part",
    sources.Api: "REST APIs and HTTP APIs are told by two services, in two spellings",
    sources.Integration: "REST APIs and HTTP APIs are told by two services, in two spellings",
    sources.Stage: "REST APIs and HTTP APIs are told by two services, in two spellings",
    organization.OrganizationTarget: "a root, a unit or an account, and where it stands on the way down",
}
"""Shapes that no single shape of AWS describes, and why."""

STRINGS: dict[type[Ours], str] = {
    triggers.Queue: "sqs:QueueAttributeName",
    triggers.RedrivePolicy: "",
    sources.Topic: "",
    sources.Subscription: "",
}
"""Shapes whose fields are the keys of a string map: its enumeration, or a document that botocore does not describe."""

DOCUMENTED: dict[type[Ours], frozenset[str]] = {
    triggers.RedrivePolicy: frozenset({"deadLetterTargetArn", "maxReceiveCount"}),
    sources.Topic: frozenset({"TopicArn", "Policy", "KmsMasterKeyId", "FifoTopic", "Subscriptions"}),
    sources.Subscription: frozenset(
        {"SubscriptionArn", "Protocol", "Endpoint", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"}
    ),
}
"""SNS's attributes: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html and its neighbours."""

_SESSION = botocore.session.get_session()


def _described(name: str) -> StructureShape:
    service, shape = name.split(":")
    found = _SESSION.get_service_model(service).shape_for(shape)
    assert isinstance(found, StructureShape)
    return found


def _every(kind: type[Ours]) -> Iterator[type[Ours]]:
    for below in kind.__subclasses__():
        yield below
        yield from _every(below)


def _shapes() -> list[type[Ours]]:
    for module in pkgutil.iter_modules(doctor.model.__path__):
        import_module(f"doctor.model.{module.name}")
    ours = {kind for kind in _every(Ours) if kind.__module__.startswith("doctor.model.")} - {network.NetworkShape}
    return sorted(ours, key=lambda kind: (kind.__module__, kind.__name__))


def _namesake(kind: type[Ours]) -> tuple[str, ...]:
    """What describes a shape under its own name."""
    for service in HOMES.get(kind.__module__.rsplit(".", 1)[-1], ()):
        model = _SESSION.get_service_model(service)
        if kind.__name__ in model.shape_names and isinstance(model.shape_for(kind.__name__), StructureShape):
            return (f"{service}:{kind.__name__}",)
    return ()


AWS = {kind: RENAMED.get(kind) or _namesake(kind) for kind in _shapes() if kind not in STRINGS and kind not in COMPOSED}
"""Each shape, and what describes it in botocore."""


def _fields(kind: type[Ours]) -> dict[str, msgspec.structs.FieldInfo]:
    declared = {one for base in kind.__mro__ for one in OURS.get(base, {})}
    return {
        field.encode_name: field
        for field in msgspec.structs.fields(kind)
        if field.encode_name != "extra" and field.encode_name not in declared
    }


def _members(kind: type[Ours]) -> dict[str, Shape]:
    """The members of what describes a shape, by our spelling: Kafka and MQ begin theirs with a small letter."""
    return {_spelled(name): shape for one in AWS[kind] for name, shape in _described(one).members.items()}


def _spelled(name: str) -> str:
    return name[0].upper() + name[1:]


@pytest.mark.parametrize("kind", _shapes(), ids=lambda kind: kind.__name__)
def test_every_shape_is_held_against_something(kind: type[Ours]) -> None:
    assert kind in STRINGS or kind in COMPOSED or AWS[kind]


@pytest.mark.parametrize("kind", AWS, ids=lambda kind: kind.__name__)
def test_a_field_is_called_as_aws_calls_it(kind: type[Ours]) -> None:
    assert {_spelled(name) for name in _fields(kind)} <= set(_members(kind))


@pytest.mark.parametrize("kind", AWS, ids=lambda kind: kind.__name__)
def test_a_field_is_of_the_kind_that_aws_says(kind: type[Ours]) -> None:
    members = _members(kind)
    for name, field in _fields(kind).items():
        sample = _sample(members[_spelled(name)])

        assert msgspec.convert({name: sample}, _only(kind, field)) is not None, name


@pytest.mark.parametrize(
    ("field", "shape"),
    [(name, shape) for fields in OURS.values() for name, shape in fields.items() if shape],
)
def test_what_another_operation_tells_is_called_as_it_calls_it(field: str, shape: str) -> None:
    assert field in _described(shape).members


def test_the_attributes_of_a_queue_are_those_that_sqs_knows() -> None:
    known = set(_SESSION.get_service_model("sqs").shape_for("QueueAttributeName").enum)  # type: ignore[attr-defined]

    assert set(_fields(triggers.Queue)) <= known


def test_documents_in_strings_are_spelled_as_documented() -> None:
    for kind, names in DOCUMENTED.items():
        assert set(_fields(kind)) == names


def test_a_resource_carries_the_type_that_cloudformation_gives_it() -> None:
    tags = [kind.__struct_config__.tag for kind in _resources()]

    assert len(tags) == len(set(tags))
    assert all(str(tag).startswith("AWS::") for tag in tags)


def _resources() -> tuple[type[Ours], ...]:
    return snapshot.Resource.__args__  # type: ignore[attr-defined, no-any-return]


def _only(kind: type[Ours], field: msgspec.structs.FieldInfo) -> type[msgspec.Struct]:
    """A struct with that one field of a shape."""
    return msgspec.defstruct(f"Only{kind.__name__}", [(field.name, field.type)], rename={field.name: field.encode_name})


def _sample(shape: Shape) -> object:
    """The least value of a botocore shape, as a response carries it; IAM's documents are decoded by botocore."""
    if isinstance(shape, StructureShape):
        return {name: _sample(member) for name, member in shape.members.items() if name in shape.required_members} or (
            {name: _sample(member) for name, member in shape.members.items() if not isinstance(member, StructureShape)}
        )
    if isinstance(shape, ListShape):
        return [_sample(shape.member)]
    if isinstance(shape, MapShape):
        return {"key": _sample(shape.value)}
    if "PolicyDocument" in shape.name or shape.name == "policyDocumentType":
        return {}
    return {
        "boolean": True,
        "integer": 1,
        "long": 1,
        "double": 0.5,
        "float": 0.5,
        "timestamp": "2026-11-23T10:00:00Z",
    }.get(shape.type_name, "text")
