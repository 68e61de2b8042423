"""A resource that is restored keeps what it was recorded with."""

from datetime import UTC, datetime
from typing import Any

import pytest

from doctor.aws.embedded.recorded import carry, recorded
from tests.unit.aws.embedded.probe import ROLE, Account, package

AT = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
UUID = "11111111-2222-3333-4444-555555555555"
TRUST = {"AssumeRolePolicyDocument": "{}"}


@pytest.fixture
def restorer(account: Account) -> Account:
    restoring = Account(account.embedded)
    for service in ("ec2", "iam", "kms", "lambda", "logs", "secretsmanager", "apigateway", "apigatewayv2", "sqs"):
        carry(restoring.client(service))
    return restoring


def _network(account: Account) -> list[str]:
    ec2 = account.client("ec2")
    with recorded(ids=["vpc-0a", "rtb-0a", "acl-0a", "sg-0a"]):
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    with recorded(ids=["subnet-0a"]):
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    with recorded(ids=["sg-0b", "sgr-0a"]):
        group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    with recorded(ids=["eni-0a"]):
        interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    with recorded(ids=["eipalloc-0a", "198.51.100.7"]):
        address = ec2.allocate_address(Domain="vpc")
    with recorded(ids=["nat-0a", "eni-0b", "10.0.0.9"]):
        gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"])["NatGateway"]
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    where = [vpc, tables[0]["RouteTableId"], subnet, group, interface, gateway["NatGatewayId"]]
    return [*where, address["PublicIp"], address["AllocationId"]]


def test_a_network_keeps_its_ids(restorer: Account) -> None:
    kept = ["vpc-0a", "rtb-0a", "subnet-0a", "sg-0b", "eni-0a", "nat-0a", "198.51.100.7", "eipalloc-0a"]

    assert _network(restorer) == kept


def test_the_default_vpc_takes_no_recorded_id(restorer: Account) -> None:
    """The region's first request makes its default VPC, whichever request that is."""
    with recorded(ids=["vpc-0a"], at=AT):
        made = restorer.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]

    assert (made["VpcId"], made["IsDefault"]) == ("vpc-0a", False)


def _role(account: Account) -> Any:
    role = account.client("iam").create_role(RoleName="r", **TRUST)["Role"]
    return role["RoleId"], role["CreateDate"]


def _key(account: Account) -> Any:
    key = account.client("kms").create_key()["KeyMetadata"]
    return key["KeyId"], key["CreationDate"]


def _secret(account: Account) -> Any:
    return account.client("secretsmanager").create_secret(Name="s", SecretString="x")["ARN"].rpartition("-")[2]


def _api(account: Account) -> Any:
    return account.client("apigateway").create_rest_api(name="a")["id"]


def _http_api(account: Account) -> Any:
    made = account.client("apigatewayv2").create_api(Name="a", ProtocolType="HTTP", Tags={"k": "v"})
    read = account.client("apigatewayv2").get_api(ApiId=made["ApiId"])
    return read["ApiId"], read["ApiEndpoint"], read["Tags"]


def _group(account: Account) -> Any:
    account.client("logs").create_log_group(logGroupName="g")
    return account.client("logs").describe_log_groups()["logGroups"][0]["creationTime"]


@pytest.mark.parametrize(
    ("make", "ids", "kept"),
    [
        pytest.param(_role, ["AROAABCDEFGHIJKLMNOPQ"], ("AROAABCDEFGHIJKLMNOPQ", AT), id="role"),
        pytest.param(_key, [UUID], (UUID, AT), id="key"),
        pytest.param(_secret, ["AbCdEf"], "AbCdEf", id="secret"),
        pytest.param(_api, ["a1b2c3d4e5"], "a1b2c3d4e5", id="api"),
        pytest.param(
            _http_api,
            ["a1b2c3d4e5"],
            ("a1b2c3d4e5", "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", {"k": "v"}),
            id="HTTP API",
        ),
        pytest.param(_group, [], 1735787045000, id="log group"),
    ],
)
def test_a_resource_keeps_its_id_and_time(restorer: Account, make: Any, ids: list[str], kept: Any) -> None:
    with recorded(ids=ids, at=AT):
        assert make(restorer) == kept


def test_a_function_keeps_its_times_versions_and_revisions(restorer: Account) -> None:
    restorer.role()
    with recorded(at=AT, revision="r-latest"):
        made = restorer.client("lambda").create_function(
            FunctionName="f", Runtime="python3.12", Handler="app.handler", Role=ROLE, Code={"ZipFile": package()}
        )
    with recorded(at=AT, version="7", revision="r-7"):
        version = restorer.lambda_("publish_version")
    with recorded(revision="r-live"):
        alias = restorer.lambda_("create_alias", Name="live", FunctionVersion="7")
    restorer.lambda_("update_function_configuration", Timeout=9)

    assert (made["LastModified"], made["RevisionId"]) == ("2025-01-02T03:04:05.000+0000", "r-latest")
    assert (version["Version"], version["RevisionId"], alias["RevisionId"]) == ("7", "r-7", "r-live")
    assert version["LastModified"] == "2025-01-02T03:04:05.000+0000"
    assert restorer.lambda_("publish_version")["Version"] == "8"


def test_a_mapping_keeps_its_uuid(restorer: Account) -> None:
    restorer.function()
    with recorded(ids=[UUID]):
        made = restorer.lambda_("create_event_source_mapping", EventSourceArn=restorer.queue())

    assert made["UUID"] == UUID


def test_a_function_may_be_restored_into_a_subnet_that_is_gone(restorer: Account) -> None:
    vpc = {"SubnetIds": ["subnet-gone"], "SecurityGroupIds": ["sg-gone"]}
    refused = restorer.function(VpcConfig=vpc)
    with recorded():
        made = restorer.function(VpcConfig=vpc)

    assert refused == "InvalidParameterValueException"
    assert made["VpcConfig"]["SubnetIds"] == ["subnet-gone"]


def test_nothing_recorded_is_left_for_later_requests(restorer: Account) -> None:
    with recorded(ids=["vpc-0a"], at=AT):
        restorer.call("logs", "describe_log_groups")
    made = restorer.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]

    assert made != "vpc-0a"
