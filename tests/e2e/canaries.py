"""An account with canaries in every place where people leave secrets."""

import json
import time

from doctor.aws.embedded.account import Embedded
from tests.bench.collecting import REGION, client, package

NAME = "invoice-canary"
WORD = "hunter2canary"


def canary(place: str) -> str:
    """A secret that names where it was left."""
    return f"{WORD}{place}0123456789"


URL = f"https://user:{canary('userinfo')}@db.example.com/orders?X-Amz-Signature={canary('query')}"
ACCESS_KEY = "AKIA" + "CANARY0123456789"


def leaks(text: str) -> list[str]:
    """The canaries in a text, by what follows the word."""
    return [part[:12] for part in text.split(WORD)[1:]] + ([ACCESS_KEY] if ACCESS_KEY in text else [])


def plant(embedded: Embedded) -> None:
    awslambda, sqs, sns = (client(embedded, name) for name in ("lambda", "sqs", "sns"))
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
    role = client(embedded, "iam").create_role(
        RoleName="canary",
        AssumeRolePolicyDocument=json.dumps(trust),
        Description=f"password={canary('role')}",
        Tags=[{"Key": "note", "Value": canary("roletag")}],
    )["Role"]["Arn"]
    topic = sns.create_topic(Name="canary")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=f"{canary('email')}@example.com")
    subnet, hosts = _plant_network(embedded)
    layer, hosts["SECRET"] = _plant_layer(embedded), _plant_secret(embedded)
    function = awslambda.create_function(
        FunctionName=NAME,
        Runtime="python3.13",
        Role=role,
        Handler="app.handler",
        Description=f"token: {canary('description')}",
        Code={"ZipFile": package()},
        Tags={"note": canary("tag")},
        Layers=[layer],
        VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": []},
        Environment={
            "Variables": {"PASSWORD": canary("environment"), "DATABASE": URL, "KEY": ACCESS_KEY, "T": topic, **hosts}
        },
    )["FunctionArn"]
    _plant_version(embedded)
    _plant_triggers(embedded, function)
    _plant_balancer(embedded, function)
    _plant_history(embedded)
    queue = sqs.create_queue(QueueName="canary", tags={"note": canary("queuetag")})["QueueUrl"]
    source = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    awslambda.create_event_source_mapping(
        EventSourceArn=source,
        FunctionName=NAME,
        FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": {"token": [canary("filter")]}})}]},
    )
    _plant_logs(embedded)


def _plant_triggers(embedded: Embedded, function: str) -> None:
    events = client(embedded, "events")
    events.put_rule(Name="canary", ScheduleExpression="rate(1 hour)", Description=f"secret={canary('rule')}")
    payload = json.dumps({"password": canary("input")})
    events.put_targets(Rule="canary", Targets=[{"Id": "f", "Arn": function, "Input": payload}])
    api = client(embedded, "apigatewayv2")
    made = api.create_api(Name="canary", ProtocolType="HTTP")["ApiId"]
    api.create_integration(ApiId=made, IntegrationType="AWS_PROXY", IntegrationUri=function)
    api.create_stage(ApiId=made, StageName="prod", StageVariables={"password": canary("stage")})
    client(embedded, "lambda").add_permission(
        FunctionName=NAME,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{REGION}:123456789012:{made}/*/*",
    )


def statement(sid: str, **more: str) -> str:
    """A policy that carries a secret where people write notes, and one in a condition."""
    one = {"Sid": f"password={canary(sid)}", "Effect": "Allow", "Principal": "*", "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [one]})


def note(place: str) -> list[dict[str, str]]:
    """A tag with a secret."""
    return [{"Key": "note", "Value": canary(place)}]


def _plant_network(embedded: Embedded) -> tuple[str, dict[str, str]]:
    """Tags of a network, the keys of a VPN, and backends with passwords; a URL names the database."""
    ec2, rds, efs, mq = (client(embedded, name) for name in ("ec2", "rds", "efs", "mq"))
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"][0]["SubnetId"]
    ec2.create_tags(Resources=[vpc, subnet], Tags=note("vpctag"))
    private = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=vpc, VpnGatewayId=private)
    table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.200.0.0/16", GatewayId=private)
    customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="203.0.113.1", BgpAsn=65000)["CustomerGateway"]
    ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=customer["CustomerGatewayId"],
        VpnGatewayId=private,
        Options={"TunnelOptions": [{"PreSharedKey": canary("vpnkey")}]},
    )
    endpoint = rds.create_db_instance(
        DBInstanceIdentifier="canary",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="root",
        MasterUserPassword=canary("dbpassword"),
        AllocatedStorage=20,
        Tags=note("dbtag"),
    )["DBInstance"]["Endpoint"]["Address"]
    system = efs.create_file_system(CreationToken="canary", Tags=note("efstag"))["FileSystemId"]
    efs.create_mount_target(FileSystemId=system, SubnetId=subnet)
    efs.put_file_system_policy(
        FileSystemId=system, Policy=statement("efspolicy", Action="elasticfilesystem:ClientMount")
    )
    mount = efs.create_access_point(FileSystemId=system, ClientToken="canary", Tags=note("mounttag"))["AccessPointArn"]
    broker = mq.create_broker(
        AutoMinorVersionUpgrade=True,
        BrokerName="canary",
        DeploymentMode="SINGLE_INSTANCE",
        EngineType="ACTIVEMQ",
        EngineVersion="5.18",
        HostInstanceType="mq.t3.micro",
        PubliclyAccessible=False,
        Users=[{"Username": canary("mquser"), "Password": canary("mqpassword")}],
        Tags={"note": canary("mqtag")},
    )["BrokerId"]
    url = f"postgres://user:{canary('dburl')}@{endpoint}:5432/orders"
    return subnet, {"DB_URL": url, "MOUNT": mount, "MQ_HOST": f"{broker}-1.mq.{REGION}.amazonaws.com"}


def _plant_layer(embedded: Embedded) -> str:
    awslambda = client(embedded, "lambda")
    layer = awslambda.publish_layer_version(
        LayerName="canary", Description=f"password={canary('layer')}", Content={"ZipFile": package()}
    )
    awslambda.add_layer_version_permission(
        LayerName="canary",
        VersionNumber=layer["Version"],
        StatementId=f"token={canary('layerpolicy')}",
        Action="lambda:GetLayerVersion",
        Principal="*",
    )
    arn: str = layer["LayerVersionArn"]
    return arn


def _plant_secret(embedded: Embedded) -> str:
    """A secret whose description, tags and policy carry others."""
    secrets = client(embedded, "secretsmanager")
    arn: str = secrets.create_secret(
        Name="canary",
        Description=f"password={canary('secretdescription')}",
        SecretString=canary("secretvalue"),
        Tags=note("secrettag"),
    )["ARN"]
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=statement("secretpolicy", Action="secretsmanager:*"))
    return arn


def _plant_version(embedded: Embedded) -> None:
    """A version with the same environment, an alias that leads to it, and an alarm on its errors."""
    awslambda = client(embedded, "lambda")
    version = awslambda.publish_version(FunctionName=NAME, Description=f"token={canary('version')}")["Version"]
    awslambda.create_alias(
        FunctionName=NAME, Name="live", FunctionVersion=version, Description=f"password={canary('alias')}"
    )
    client(embedded, "cloudwatch").put_metric_alarm(
        AlarmName="canary",
        AlarmDescription=f"runbook: password={canary('alarm')}",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": NAME}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Tags=note("alarmtag"),
    )


def _plant_balancer(embedded: Embedded, function: str) -> None:
    """A listener whose rule asks for a header that only a CDN knows."""
    elb, ec2 = client(embedded, "elbv2"), client(embedded, "ec2")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
    balancer = elb.create_load_balancer(Name="canary", Subnets=subnets, Tags=note("elbtag"))["LoadBalancers"][0]
    group = elb.create_target_group(Name="canary", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    client(embedded, "lambda").add_permission(
        FunctionName=NAME,
        StatementId="balancer",
        Action="lambda:InvokeFunction",
        Principal="elasticloadbalancing.amazonaws.com",
        SourceArn=group,
    )
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": function}])
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=forward
    )["Listeners"][0]["ListenerArn"]
    header = {"HttpHeaderName": "x-origin-verify", "Values": [canary("header")]}
    query = {"Values": [{"Key": "token", "Value": canary("querystring")}]}
    conditions = [
        {"Field": "http-header", "HttpHeaderConfig": header},
        {"Field": "query-string", "QueryStringConfig": query},
    ]
    elb.create_rule(ListenerArn=listener, Priority=1, Conditions=conditions, Actions=forward)


def _plant_history(embedded: Embedded) -> None:
    """A refused call whose parameters, and whose error, carry a secret."""
    event = {
        "errorCode": "AccessDenied",
        "errorMessage": f"not authorized to perform: sqs:SendMessage with password={canary('refused')}",
        "userIdentity": {"arn": f"arn:aws:sts::123456789012:assumed-role/canary/{NAME}"},
        "requestParameters": {"messageBody": canary("parameters")},
    }
    told = {
        "EventId": "e-1",
        "EventName": "SendMessage",
        "EventSource": "sqs.amazonaws.com",
        "EventTime": int(time.time()) - 60,
        "Username": NAME,
        "ReadOnly": "false",
        "CloudTrailEvent": json.dumps(event),
    }
    embedded.control("put_events", Events=[told])


def _plant_logs(embedded: Embedded) -> None:
    logs, group, stream = client(embedded, "logs"), f"/aws/lambda/{NAME}", "2026/11/23/[$LATEST]0123"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    now = int(time.time() * 1000) - 60_000
    request = "00000000-0000-4000-8000-000000000000"
    lines = (
        f"START RequestId: {request} Version: $LATEST\n",
        f"[ERROR] ValueError: cannot log in with password={canary('log')}\n",
        f"GET {URL}\n",
        f"authorization: Bearer {canary('bearer')}\n",
        f'{{"token": "{canary("json")}", "key": "{ACCESS_KEY}"}}\n',
        f"END RequestId: {request}\n",
        f"REPORT RequestId: {request}\tDuration: 10.00 ms\tBilled Duration: 11 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t\n",
    )
    events = [{"timestamp": now + number, "message": line} for number, line in enumerate(lines)]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
