"""What a rule cites: a place, what it says, and the call that told."""

from datetime import datetime
from typing import Any

from doctor.engine.world import kind
from doctor.model.finding import Evidence
from doctor.model.function import Alias, Function
from doctor.model.package import Native
from doctor.model.snapshot import Resource

_SOURCES = {
    "Alias": "lambda:ListAliases",
    "Api": "apigateway:GetResources",
    "Bucket": "s3:GetBucketNotificationConfiguration",
    "EventRule": "events:ListRules",
    "EventSourceMapping": "lambda:ListEventSourceMappings",
    "Function": "lambda:GetFunctionConfiguration",
    "Key": "kms:DescribeKey",
    "LayerVersion": "lambda:GetLayerVersionByArn",
    "LogGroup": "logs:DescribeLogGroups",
    "Queue": "sqs:GetQueueAttributes",
    "Schedule": "scheduler:GetSchedule",
    "TargetGroup": "elbv2:DescribeTargetHealth",
    "Topic": "sns:GetTopicAttributes",
    "Stream": "kinesis:DescribeStreamSummary",
    "Role": "iam:GetAccountAuthorizationDetails",
    "RouteTable": "ec2:DescribeRouteTables",
    "DhcpOptions": "ec2:DescribeDhcpOptions",
    "EgressOnlyInternetGateway": "ec2:DescribeEgressOnlyInternetGateways",
    "InternetGateway": "ec2:DescribeInternetGateways",
    "MountTarget": "elasticfilesystem:DescribeMountTargets",
    "CapacityProvider": "lambda:GetCapacityProvider",
    "NetworkInterface": "ec2:DescribeNetworkInterfaces",
    "TransitGateway": "ec2:DescribeTransitGateways",
    "TransitGatewayAttachment": "ec2:DescribeTransitGatewayAttachments",
    "VpnConnection": "ec2:DescribeVpnConnections",
    "VpnGateway": "ec2:DescribeVpnGateways",
    "KafkaCluster": "kafka:ListClustersV2",
    "NatGateway": "ec2:DescribeNatGateways",
    "NetworkAcl": "ec2:DescribeNetworkAcls",
    "SecurityGroup": "ec2:DescribeSecurityGroups",
    "Subnet": "ec2:DescribeSubnets",
    "TransitGatewayVpcAttachment": "ec2:DescribeTransitGatewayVpcAttachments",
    "TransitGatewayRouteTable": "ec2:SearchTransitGatewayRoutes",
    "Vpc": "ec2:DescribeVpcs",
    "VpcBlockPublicAccessOptions": "ec2:DescribeVpcBlockPublicAccessOptions",
    "VpcEndpoint": "ec2:DescribeVpcEndpoints",
    "VpcPeeringConnection": "ec2:DescribeVpcPeeringConnections",
}
_READ_APART = {
    "EventInvokeConfig": "lambda:ListFunctionEventInvokeConfigs",
    "FunctionUrlConfig": "lambda:ListFunctionUrlConfigs",
    "Package": "lambda:GetFunction",
    "Policy": "lambda:GetPolicy",
    "ProvisionedConcurrencyConfig": "lambda:ListProvisionedConcurrencyConfigs",
    "RecursiveLoop": "lambda:GetFunctionRecursionConfig",
    "ReservedConcurrentExecutions": "lambda:GetFunctionConcurrency",
    "RuntimeManagementConfig": "lambda:GetRuntimeManagementConfig",
}
"""Fields of a function or an alias that its own description does not hold, and the operation that tells them."""
_APART = {
    "Bucket": {"ServerSideEncryptionRules": "s3:GetBucketEncryption", "Policy": "s3:GetBucketPolicy"},
    "EventRule": {"Targets": "events:ListTargetsByRule"},
    "Key": {"Policy": "kms:GetKeyPolicy", "Grants": "kms:ListGrants"},
    "Topic": {"Subscriptions": "sns:ListSubscriptionsByTopic"},
}
"""The same for other resources."""


def cite(resource: Resource, field: str) -> Evidence:
    """Cite one field of a resource, by its name in Python: what it says, under AWS's name, and the call that told.

    Dots lead further down: ``ephemeral_storage.size``, ``environment.variables.TABLE``.
    """
    names: list[str] = []
    value: Any = resource
    for one in field.split("."):
        if isinstance(value, dict):
            names.append(one)
            value = value[one]
        else:
            names.append(dict(zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True))[one])
            value = getattr(value, one)
    described = kind(resource).__name__
    own = _APART.get(described, {}).get(names[0], _SOURCES[described])
    source = _READ_APART.get(names[0], own) if isinstance(resource, Function | Alias) else own
    return Evidence(resource=resource.arn, field=".".join(names), value=value, source=source)


def cite_native(function: Function, native: Native, field: str) -> Evidence:
    """Cite what a compiled file of a function's package says of itself: ``abi``, ``machine``, ``format``."""
    return Evidence(
        resource=function.arn,
        field=f"Package.natives[{native.path}].{field}",
        value=getattr(native, field),
        source="lambda:GetFunction",
    )


def cite_log(function: Function, field: str, value: Any, at: datetime) -> Evidence:
    """Cite what the log of a function shows at a moment."""
    return Evidence(resource=function.log_group_arn, field=field, value=value, source="logs:FilterLogEvents", at=at)


def cite_metric(resource: Resource, metric: str, value: float, at: datetime) -> Evidence:
    """Cite a CloudWatch metric of a resource: ``metric`` with its statistic (``Throttles Sum``), and when it was so."""
    told = int(value) if value == int(value) else value
    return Evidence(resource=resource.arn, field=metric, value=told, source="cloudwatch:GetMetricData", at=at)
