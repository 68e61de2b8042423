"""What other services do and moto does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.aws.embedded.probe import Account, Cases

OTHERS = Cases()
case = OTHERS.case
NOW = datetime.now(UTC)
DURATION = {"MetricName": "Duration", "Dimensions": [{"Name": "FunctionName", "Value": "f"}]}


@case("event history", expected={"Events": []})
def an_empty_history_is_empty(account: Account) -> Any:
    return account.call("cloudtrail", "lookup_events")


MESSAGES = ["ERROR one", "WARN two", '{"level": "ERROR", "status": 503}', "Task timed out after 3.00 seconds"]


def _search(account: Account, pattern: str, **parameters: Any) -> list[str]:
    logs = account.client("logs")
    logs.create_log_group(logGroupName="g")
    for stream in ("a", "b"):
        logs.create_log_stream(logGroupName="g", logStreamName=stream)
        events = [{"timestamp": int(NOW.timestamp() * 1000) + n, "message": text} for n, text in enumerate(MESSAGES)]
        logs.put_log_events(logGroupName="g", logStreamName=stream, logEvents=events)
    found = logs.filter_log_events(logGroupName="g", filterPattern=pattern, logStreamNames=["a"], **parameters)
    return [event["message"] for event in found["events"]]


@case("log search", expected=MESSAGES[:2])
def either_term_is_enough(account: Account) -> Any:
    return _search(account, "?one ?two")


@case("log search", expected=[MESSAGES[1], MESSAGES[3]])
def an_excluded_term_excludes(account: Account) -> Any:
    return _search(account, "-ERROR")


@case("log search", expected=[MESSAGES[2]])
def json_is_compared(account: Account) -> Any:
    return _search(account, '{ $.level = "ERR*" && $.status >= 500 }')


@case("log search", expected=[MESSAGES[1]])
def a_regular_expression_matches(account: Account) -> Any:
    return _search(account, "%W.RN%")


@case("metric data", expected=[[2.5], [97.09]])
def percentiles_are_computed(account: Account) -> Any:
    _put(account, "AWS/Lambda", [1, 2, 3, 100])
    return [[round(value, 2) for value in values] for values in _get(account, "p50", "p99")]


@case("metric data", expected=[[4.0]])
def another_namespace_does_not_count(account: Account) -> Any:
    _put(account, "AWS/Lambda", [1, 2, 3, 100])
    _put(account, "Mine", [1])
    return _get(account, "SampleCount")


@case("authorization details", expected=[("p", True)])
def policies_have_names_and_ids(account: Account) -> Any:
    document = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
    policy = account.call("iam", "create_policy", PolicyName="p", Path="/team/", PolicyDocument=document)["Policy"]
    account.call("iam", "create_role", RoleName="r", AssumeRolePolicyDocument=document)
    account.call("iam", "attach_role_policy", RoleName="r", PolicyArn=policy["Arn"])
    found = account.call("iam", "get_account_authorization_details", Filter=["LocalManagedPolicy"])["Policies"]
    return [(one.get("PolicyName"), bool(one.get("PolicyId"))) for one in found]


@case("VPC extras", expected=[[], []])
def an_account_that_uses_no_extras_says_so(account: Account) -> Any:
    return [
        account.call("ec2", "describe_security_group_vpc_associations")["SecurityGroupVpcAssociations"],
        account.call("ec2", "describe_vpc_encryption_controls")["VpcEncryptionControls"],
    ]


@case("transit gateway routes", expected=[("10.9.0.0/16", "propagated", "active")])
def an_attached_vpc_has_a_route(account: Account) -> Any:
    vpc = account.call("ec2", "create_vpc", CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = account.call("ec2", "create_subnet", VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    gateway = account.call("ec2", "create_transit_gateway")["TransitGateway"]
    account.call(
        "ec2",
        "create_transit_gateway_vpc_attachment",
        TransitGatewayId=gateway["TransitGatewayId"],
        VpcId=vpc,
        SubnetIds=[subnet],
    )
    tables = account.call("ec2", "describe_transit_gateway_route_tables")["TransitGatewayRouteTables"]
    found = account.call(
        "ec2",
        "search_transit_gateway_routes",
        TransitGatewayRouteTableId=tables[0]["TransitGatewayRouteTableId"],
        Filters=[{"Name": "state", "Values": ["active", "blackhole"]}],
    )
    return [(one["DestinationCidrBlock"], one["Type"], one["State"]) for one in found["Routes"]]


def _put(account: Account, namespace: str, values: list[float]) -> None:
    data = [DURATION | {"Timestamp": NOW - timedelta(minutes=9), "Values": values}]
    account.call("cloudwatch", "put_metric_data", Namespace=namespace, MetricData=data)


def _get(account: Account, *stats: str) -> Any:
    metric = DURATION | {"Namespace": "AWS/Lambda"}
    answer = account.call(
        "cloudwatch",
        "get_metric_data",
        StartTime=NOW - timedelta(hours=1),
        EndTime=NOW,
        MetricDataQueries=[
            {"Id": f"q{n}", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": stat}}
            for n, stat in enumerate(stats)
        ],
    )
    return [result["Values"] for result in answer["MetricDataResults"]]


@case("service quotas", expected=1000.0)
def concurrent_executions_are_a_quota(account: Account) -> Any:
    quota = account.call("service-quotas", "get_service_quota", ServiceCode="lambda", QuotaCode="L-B99A9384")
    return quota["Quota"]["Value"]


@case("shared test events", expected="NotFoundException")
def a_function_of_which_no_test_event_was_shared_has_no_schema(account: Account) -> Any:
    named = {"RegistryName": "lambda-testevent-schemas", "SchemaName": "_f-schema"}
    return account.call("schemas", "describe_schema", **named)


@case("dry run", expected=("DryRunOperation", ["local"]))
def a_dry_run_changes_nothing(account: Account) -> Any:
    ec2 = account.client("ec2")
    vpc, table = _vpc(account)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}
    refused = account.call("ec2", "create_route", DryRun=True, **route)
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return refused, [one["GatewayId"] for one in routes]


@case("routes", expected="blackhole")
def a_route_to_a_deleted_gateway_is_a_blackhole(account: Account) -> Any:
    ec2 = account.client("ec2")
    vpc, table = _vpc(account)
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)
    before = _state_of_default_route(account, table)
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    after = _state_of_default_route(account, table)
    return after if before == "active" else f"{before} at first"


@case("network ACLs", expected=[(True, 32767), (False, 100), (False, 200), (False, 32767)])
def a_custom_acl_is_sorted_and_ends_with_a_deny(account: Account) -> Any:
    ec2 = account.client("ec2")
    acl = ec2.create_network_acl(VpcId=_vpc(account)[0])["NetworkAcl"]["NetworkAclId"]
    for number in (200, 100):
        ec2.create_network_acl_entry(
            NetworkAclId=acl, RuleNumber=number, Protocol="-1", RuleAction="allow", Egress=False, CidrBlock="0.0.0.0/0"
        )
    entries = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]
    return [(entry["Egress"], entry["RuleNumber"]) for entry in entries]


@case("VPC endpoints", expected=["default"])
def an_interface_endpoint_is_in_the_default_group(account: Account) -> Any:
    ec2 = account.client("ec2")
    vpc, _ = _vpc(account)
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName="com.amazonaws.us-east-1.sqs", VpcEndpointType="Interface", SubnetIds=[subnet]
    )["VpcEndpoint"]
    groups = [group["GroupId"] for group in made["Groups"]]
    return [group["GroupName"] for group in ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"]]


@case("VPC endpoints", expected=[False, True])
def private_dns_of_an_endpoint_is_switched_on(account: Account) -> Any:
    ec2 = account.client("ec2")
    vpc, _ = _vpc(account)
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName="com.amazonaws.us-east-1.sqs",
        VpcEndpointType="Interface",
        SubnetIds=[subnet],
        PrivateDnsEnabled=False,
    )["VpcEndpoint"]["VpcEndpointId"]

    def shown() -> bool:
        found: bool = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]["PrivateDnsEnabled"]
        return found

    before = shown()
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=True)
    return [before, shown()]


@case("keys", expected=["Disabled", "Enabled"])
def a_key_is_switched_by_its_arn(account: Account) -> Any:
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]

    def state(switch: str) -> Any:
        refused = account.call("kms", switch, KeyId=key)
        return refused if isinstance(refused, str) else kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]

    return [state("disable_key"), state("enable_key")]


def _vpc(account: Account) -> tuple[str, str]:
    """Return a new VPC and its main route table."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    return vpc, tables[0]["RouteTableId"]


def _state_of_default_route(account: Account, table: str) -> str:
    routes = account.client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return next(route["State"] for route in routes if route["DestinationCidrBlock"] == "0.0.0.0/0")


@case("DHCP options", expected=[True, True, ["AmazonProvidedDNS"]])
def vpcs_share_a_set_that_outlives_them(account: Account) -> Any:
    ec2 = account.client("ec2")
    (first, _), (second, _) = _vpc(account), _vpc(account)
    vpcs = ec2.describe_vpcs(VpcIds=[first, second])["Vpcs"]
    options = {one["DhcpOptionsId"] for one in vpcs}
    ec2.delete_vpc(VpcId=first)
    sets = {one["DhcpOptionsId"]: one for one in ec2.describe_dhcp_options()["DhcpOptions"]}
    servers = [
        value["Value"]
        for identifier in options & sets.keys()
        for one in sets[identifier]["DhcpConfigurations"]
        if one["Key"] == "domain-name-servers"
        for value in one["Values"]
    ]
    return [len(options) == 1, options <= sets.keys(), servers]


@case("Block Public Access", expected=["off", "block-ingress", []])
def public_access_is_blocked_when_somebody_says_so(account: Account) -> Any:
    found = [account.call("ec2", "describe_vpc_block_public_access_options")]
    account.call("ec2", "modify_vpc_block_public_access_options", InternetGatewayBlockMode="block-ingress")
    found.append(account.call("ec2", "describe_vpc_block_public_access_options"))
    modes = [
        one["VpcBlockPublicAccessOptions"]["InternetGatewayBlockMode"] if isinstance(one, dict) else one
        for one in found
    ]
    return [*modes, _excluded(account)]


def _excluded(account: Account) -> Any:
    answer = account.call("ec2", "describe_vpc_block_public_access_exclusions")
    return answer.get("VpcBlockPublicAccessExclusions") if isinstance(answer, dict) else answer
