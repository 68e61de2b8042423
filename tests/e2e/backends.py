"""What a function connects to inside its VPC, and what that VPC is joined to, one of each kind."""

from typing import Any

from doctor.aws.embedded.account import Embedded
from tests.bench.collecting import REGION, client

ACCOUNT = "123456789012"


class Place:
    """The default VPC."""

    def __init__(self, ec2: Any) -> None:
        self.vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        here = [{"Name": "vpc-id", "Values": [self.vpc]}]
        self.subnets = [one["SubnetId"] for one in ec2.describe_subnets(Filters=here)["Subnets"]]
        self.group = ec2.describe_security_groups(Filters=here)["SecurityGroups"][0]["GroupId"]


def build(embedded: Embedded, place: Place) -> dict[str, str]:
    """Backends, as the variables by which a function names them."""
    return {**_databases(embedded, place), **_caches(embedded), **_brokers(embedded, place), **_files(embedded, place)}


def _databases(embedded: Embedded, place: Place) -> dict[str, str]:
    rds = client(embedded, "rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName="orders", DBSubnetGroupDescription="orders", SubnetIds=place.subnets[:2]
    )
    found = rds.create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="root",
        MasterUserPassword="embedded",
        AllocatedStorage=20,
        DBSubnetGroupName="orders",
        VpcSecurityGroupIds=[place.group],
    )["DBInstance"]
    rds.create_db_proxy(
        DBProxyName="orders",
        EngineFamily="POSTGRESQL",
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:orders"}],
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/role",
        VpcSubnetIds=place.subnets[:2],
        VpcSecurityGroupIds=[place.group],
    )
    return {"DB_HOST": found["Endpoint"]["Address"]}


def _caches(embedded: Embedded) -> dict[str, str]:
    elasticache = client(embedded, "elasticache")
    elasticache.create_cache_cluster(
        CacheClusterId="carts", Engine="redis", NumCacheNodes=1, CacheNodeType="cache.t3.micro"
    )
    elasticache.create_replication_group(
        ReplicationGroupId="carts", ReplicationGroupDescription="carts", Engine="redis", CacheNodeType="cache.t3.micro"
    )
    return {"CACHE_HOST": "carts.abc123.0001.euw1.cache.amazonaws.com"}


def _brokers(embedded: Embedded, place: Place) -> dict[str, str]:
    nodes = {"InstanceType": "kafka.m5.large", "ClientSubnets": place.subnets[:2], "SecurityGroups": [place.group]}
    client(embedded, "kafka").create_cluster_v2(
        ClusterName="clicks",
        Provisioned={"BrokerNodeGroupInfo": nodes, "KafkaVersion": "3.6.0", "NumberOfBrokerNodes": 2},
    )
    broker = client(embedded, "mq").create_broker(
        AutoMinorVersionUpgrade=True,
        BrokerName="jobs",
        DeploymentMode="SINGLE_INSTANCE",
        EngineType="ACTIVEMQ",
        EngineVersion="5.18",
        HostInstanceType="mq.t3.micro",
        PubliclyAccessible=False,
        SecurityGroups=[place.group],
        SubnetIds=place.subnets[:1],
        Users=[{"Username": "root", "Password": "embedded-embedded"}],
    )["BrokerId"]
    return {
        "KAFKA_BROKERS": f"b-1.clicks.abc123.c2.kafka.{REGION}.amazonaws.com:9098",
        "MQ_HOST": f"{broker}-1.mq.{REGION}.amazonaws.com",
    }


def _files(embedded: Embedded, place: Place) -> dict[str, str]:
    efs = client(embedded, "efs")
    system = efs.create_file_system(CreationToken="reports")["FileSystemId"]
    efs.create_mount_target(FileSystemId=system, SubnetId=place.subnets[0], SecurityGroups=[place.group])
    return {"MOUNT": efs.create_access_point(FileSystemId=system, ClientToken="reports")["AccessPointArn"]}


def balance(embedded: Embedded, place: Place, function: str) -> None:
    """A load balancer that invokes the function."""
    elb = client(embedded, "elbv2")
    balancer = elb.create_load_balancer(Name="front", Subnets=place.subnets[:2], SecurityGroups=[place.group])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="function", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    client(embedded, "lambda").add_permission(
        FunctionName=function,
        StatementId="balancer",
        Action="lambda:InvokeFunction",
        Principal="elasticloadbalancing.amazonaws.com",
        SourceArn=group,
    )
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": function}])
    listener = elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=forward)
    elb.create_rule(
        ListenerArn=listener["Listeners"][0]["ListenerArn"],
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/invoices/*"]}],
        Actions=forward,
    )


def join(embedded: Embedded, place: Place) -> None:
    """A peered VPC, a transit gateway with another one, a VPN, a private zone, and an address."""
    ec2 = client(embedded, "ec2")
    peer, far = (ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"] for number in (1, 2))
    peering = ec2.create_vpc_peering_connection(VpcId=place.vpc, PeerVpcId=peer)["VpcPeeringConnection"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering["VpcPeeringConnectionId"])
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    subnet = ec2.create_subnet(VpcId=far, CidrBlock="10.2.0.0/24")["Subnet"]["SubnetId"]
    for vpc, where in ((place.vpc, place.subnets[0]), (far, subnet)):
        ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[where])
    private = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=place.vpc, VpnGatewayId=private)
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [place.vpc]}])["RouteTables"]
    ec2.create_route(RouteTableId=tables[0]["RouteTableId"], DestinationCidrBlock="10.200.0.0/16", GatewayId=private)
    customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="203.0.113.1", BgpAsn=65000)["CustomerGateway"]
    ec2.create_vpn_connection(Type="ipsec.1", CustomerGatewayId=customer["CustomerGatewayId"], VpnGatewayId=private)
    ec2.allocate_address(Domain="vpc")
    client(embedded, "route53").create_hosted_zone(
        Name="corp.example.",
        CallerReference="1",
        VPC={"VPCRegion": REGION, "VPCId": place.vpc},
        HostedZoneConfig={"PrivateZone": True},
    )
