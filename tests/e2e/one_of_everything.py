"""A small account in which one function has one of everything that is read in a call of its own."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from doctor.aws.embedded.account import Embedded
from tests.bench.collecting import REGION, client, package
from tests.e2e import backends
from tests.e2e.backends import Place

NAME = "invoice"
IMAGE = "report"
"""A function that runs a container image."""
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
ACCOUNT = "123456789012"
KINDS = {
    "Function",
    "Alias",
    "EventSourceMapping",
    "Role",
    "ManagedPolicy",
    "Vpc",
    "Subnet",
    "SecurityGroup",
    "Queue",
    "Topic",
    "Bucket",
    "Key",
    "Table",
    "Stream",
    "EventRule",
    "Schedule",
    "Api",
    "LogGroup",
    "LayerVersion",
    "OrganizationTarget",
    "EventBus",
    "HostedZone",
    "SecurityGroupRule",
    "Address",
    "VpcPeeringConnection",
    "TransitGateway",
    "TransitGatewayAttachment",
    "TransitGatewayVpcAttachment",
    "TransitGatewayRouteTable",
    "VpnGateway",
    "VpnConnection",
    "DBInstance",
    "DBProxy",
    "CacheCluster",
    "ReplicationGroup",
    "KafkaCluster",
    "Broker",
    "LoadBalancer",
    "TargetGroup",
    "Listener",
    "FileSystem",
    "AccessPoint",
    "MountTarget",
    "Repository",
    "Secret",
    "Alarm",
}
"""The types that are found in it, those of the network left out that every VPC has."""


def policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def build(embedded: Embedded) -> None:
    role, key = _identity(embedded)
    sources = _sources(embedded, key)
    place = Place(client(embedded, "ec2"))
    hosts = backends.build(embedded, place)
    function = _function(embedded, role, sources, place, hosts)
    _image(embedded, role)
    backends.balance(embedded, place, function)
    backends.join(embedded, place)
    _triggers(embedded, function, role)
    _trouble(embedded)


def _identity(embedded: Embedded) -> tuple[str, str]:
    iam, organizations = client(embedded, "iam"), client(embedded, "organizations")
    trust = policy(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
    role = iam.create_role(RoleName="role", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    attached = iam.create_policy(PolicyName="table", PolicyDocument=policy(Action="dynamodb:*", Resource="*"))
    iam.attach_role_policy(RoleName="role", PolicyArn=attached["Policy"]["Arn"])
    iam.put_role_policy(RoleName="role", PolicyName="inline", PolicyDocument=policy(Action="s3:*", Resource="*"))
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    bound = organizations.create_policy(
        Name="bound", Description="", Type="SERVICE_CONTROL_POLICY", Content=policy(Action="*", Resource="*")
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=bound, TargetId=root)
    return role, client(embedded, "kms").create_key()["KeyMetadata"]["Arn"]


def _sources(embedded: Embedded, key: str) -> dict[str, str]:
    """What invokes the function, what it writes to, and where its failures go, by name."""
    sqs, sns, secrets = (client(embedded, name) for name in ("sqs", "sns", "secretsmanager"))
    secret = secrets.create_secret(Name="database", SecretString="a secret")["ARN"]
    secrets.put_resource_policy(SecretId=secret, ResourcePolicy=policy(Principal="*", Action="*", Resource="*"))
    queue = sqs.create_queue(QueueName="orders", Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    client(embedded, "s3").create_bucket(Bucket="incoming", CreateBucketConfiguration={"LocationConstraint": REGION})
    client(embedded, "kinesis").create_stream(StreamName="clicks", ShardCount=1)
    client(embedded, "dynamodb").create_table(
        TableName="invoices",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return {
        "secret": secret,
        "queue": sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"],
        "topic": sns.create_topic(Name="failed")["TopicArn"],
        "stream": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks",
        "table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/invoices",
    }


def _function(embedded: Embedded, role: str, sources: dict[str, str], place: Place, hosts: dict[str, str]) -> str:
    awslambda = client(embedded, "lambda")
    layer = awslambda.publish_layer_version(LayerName="shared", Content={"ZipFile": package()})["LayerVersionArn"]
    function: str = awslambda.create_function(
        FunctionName=NAME,
        Runtime="python3.13",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": package()},
        Layers=[layer],
        DeadLetterConfig={"TargetArn": sources["topic"]},
        VpcConfig={"SubnetIds": [place.subnets[0]], "SecurityGroupIds": [place.group]},
        Environment={"Variables": {"TABLE": sources["table"], "SECRET": sources["secret"], **hosts}},
    )["FunctionArn"]
    version = awslambda.publish_version(FunctionName=NAME)["Version"]
    awslambda.create_alias(FunctionName=NAME, Name="live", FunctionVersion=version)
    awslambda.create_function_url_config(FunctionName=NAME, AuthType="AWS_IAM")
    awslambda.put_function_event_invoke_config(FunctionName=NAME, MaximumRetryAttempts=1)
    awslambda.put_provisioned_concurrency_config(FunctionName=NAME, Qualifier="live", ProvisionedConcurrentExecutions=1)
    awslambda.create_event_source_mapping(EventSourceArn=sources["queue"], FunctionName=NAME)
    awslambda.create_event_source_mapping(
        EventSourceArn=sources["stream"], FunctionName=NAME, StartingPosition="LATEST"
    )
    client(embedded, "sns").subscribe(TopicArn=sources["topic"], Protocol="lambda", Endpoint=function)
    return function


def _image(embedded: Embedded, role: str) -> None:
    """A second function, which runs a container image."""
    ecr = client(embedded, "ecr")
    ecr.create_repository(repositoryName="images/reports")
    ecr.set_repository_policy(repositoryName="images/reports", policyText=policy(Principal="*", Action="ecr:*"))
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": {"digest": f"sha256:{0:064}"}, "layers": []}
    ecr.put_image(repositoryName="images/reports", imageManifest=json.dumps(manifest), imageTag="v1")
    client(embedded, "lambda").create_function(
        FunctionName=IMAGE,
        PackageType="Image",
        Role=role,
        Code={"ImageUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/images/reports:v1"},
    )


def _trouble(embedded: Embedded) -> None:
    """The function failed, which an alarm saw and its log does not tell."""
    logs, cloudwatch = client(embedded, "logs"), client(embedded, "cloudwatch")
    dimensions = [{"Name": "FunctionName", "Value": NAME}]
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=dimensions,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    at = datetime.now(UTC) - timedelta(minutes=10)
    data = [
        {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": 5.0}
        for name in ("Invocations", "Errors")
    ]
    cloudwatch.put_metric_data(Namespace="AWS/Lambda", MetricData=data)
    logs.create_log_group(logGroupName=f"/aws/lambda/{NAME}")
    logs.create_log_stream(logGroupName=f"/aws/lambda/{NAME}", logStreamName="2026/11/01/[$LATEST]0")


def _triggers(embedded: Embedded, function: str, role: str) -> None:
    events, api = client(embedded, "events"), client(embedded, "apigateway")
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="hourly", Targets=[{"Id": "f", "Arn": function}])
    client(embedded, "scheduler").create_schedule(
        Name="daily",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": function, "RoleArn": role},
    )
    rest = api.create_rest_api(name="invoices")["id"]
    parent = api.get_resources(restApiId=rest)["items"][0]["id"]
    api.put_method(restApiId=rest, resourceId=parent, httpMethod="GET", authorizationType="NONE")
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    api.put_integration(
        restApiId=rest,
        resourceId=parent,
        httpMethod="GET",
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=uri,
        timeoutInMillis=20_000,
    )
    for name, principal, source in (
        ("api", "apigateway", f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{rest}/*/GET/"),
        ("bucket", "s3", "arn:aws:s3:::incoming"),
    ):
        client(embedded, "lambda").add_permission(
            FunctionName=NAME,
            StatementId=name,
            Action="lambda:InvokeFunction",
            Principal=f"{principal}.amazonaws.com",
            SourceArn=source,
        )
