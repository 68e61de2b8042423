"""What functions connect to inside a VPC (databases, caches, file systems, brokers), by the names of its services' APIs."""

from typing import Any

import msgspec

from doctor.model.record import Shape


class Endpoint(Shape):
    """Name and port of a database or of one of its nodes."""

    address: str = ""
    port: int = 0


class VpcSecurityGroupMembership(Shape):
    """A security group of a database."""

    vpc_security_group_id: str
    status: str = ""


class AvailabilityZone(Shape):
    """A zone, by its name in this account."""

    name: str = ""


class DBSubnet(Shape):
    """A subnet in which a database may be, now or after a failover."""

    subnet_identifier: str
    subnet_availability_zone: AvailabilityZone = AvailabilityZone()


class DBSubnetGroup(Shape):
    """The subnets in which a database may be."""

    vpc_id: str = ""
    subnets: tuple[DBSubnet, ...] = ()


class DBInstance(Shape, tag_field="type", tag="AWS::RDS::DBInstance"):
    """A database instance of RDS, Aurora, DocumentDB or Neptune."""

    db_instance_identifier: str = msgspec.field(name="DBInstanceIdentifier")
    db_instance_arn: str = msgspec.field(default="", name="DBInstanceArn")
    db_instance_status: str = msgspec.field(default="", name="DBInstanceStatus")
    engine: str = ""
    endpoint: Endpoint | None = None
    publicly_accessible: bool = False
    availability_zone: str = ""
    multi_az: bool = msgspec.field(default=False, name="MultiAZ")
    vpc_security_groups: tuple[VpcSecurityGroupMembership, ...] = ()
    db_subnet_group: DBSubnetGroup | None = msgspec.field(default=None, name="DBSubnetGroup")
    db_cluster_identifier: str = msgspec.field(default="", name="DBClusterIdentifier")

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.db_instance_arn


class TargetHealth(Shape):
    """Whether a proxy gets through to its database."""

    state: str = ""
    reason: str = ""


class DBProxyTarget(Shape):
    """A database behind a proxy."""

    rds_resource_id: str = ""
    endpoint: str = ""
    port: int = 0
    type: str = ""
    target_health: TargetHealth | None = None


class DBProxy(Shape, tag_field="type", tag="AWS::RDS::DBProxy"):
    """A database proxy, with its targets from ``DescribeDBProxyTargets``."""

    db_proxy_name: str = msgspec.field(name="DBProxyName")
    db_proxy_arn: str = msgspec.field(default="", name="DBProxyArn")
    status: str = ""
    engine_family: str = ""
    vpc_id: str = ""
    vpc_security_group_ids: tuple[str, ...] = ()
    vpc_subnet_ids: tuple[str, ...] = ()
    endpoint: str = ""
    targets: tuple[DBProxyTarget, ...] | None = None
    """``None``: not read."""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.db_proxy_arn


class CacheSecurityGroup(Shape):
    """A security group of a cache cluster."""

    security_group_id: str
    status: str = ""


class CacheNode(Shape):
    """A node of a cache cluster."""

    cache_node_id: str = ""
    endpoint: Endpoint | None = None


class CacheCluster(Shape, tag_field="type", tag="AWS::ElastiCache::CacheCluster"):
    """A cache cluster; of Redis and Valkey, one node of a replication group."""

    cache_cluster_id: str
    arn: str = msgspec.field(name="ARN")
    cache_cluster_status: str = ""
    engine: str = ""
    replication_group_id: str = ""
    security_groups: tuple[CacheSecurityGroup, ...] = ()
    cache_subnet_group_name: str = ""
    cache_nodes: tuple[CacheNode, ...] = ()
    configuration_endpoint: Endpoint | None = None


class NodeGroup(Shape):
    """A shard of a replication group."""

    primary_endpoint: Endpoint | None = None
    reader_endpoint: Endpoint | None = None


class ReplicationGroup(Shape, tag_field="type", tag="AWS::ElastiCache::ReplicationGroup"):
    """Cache clusters that hold the same data."""

    replication_group_id: str
    arn: str = msgspec.field(name="ARN")
    status: str = ""
    member_clusters: tuple[str, ...] = ()
    node_groups: tuple[NodeGroup, ...] = ()
    configuration_endpoint: Endpoint | None = None
    transit_encryption_enabled: bool = False


class MountTarget(Shape, tag_field="type", tag="AWS::EFS::MountTarget"):
    """Where a file system is reached from one availability zone; security groups from ``DescribeMountTargetSecurityGroups``."""

    arn: str = msgspec.field(name="arn")
    mount_target_id: str
    file_system_id: str = ""
    subnet_id: str = ""
    vpc_id: str = ""
    life_cycle_state: str = ""
    ip_address: str = ""
    network_interface_id: str = ""
    availability_zone_name: str = ""
    security_groups: tuple[str, ...] | None = None
    """``None``: not read."""


class AccessPoint(Shape, tag_field="type", tag="AWS::EFS::AccessPoint"):
    """A way into a file system: as whom, and below which folder."""

    access_point_arn: str
    access_point_id: str = ""
    file_system_id: str = ""
    life_cycle_state: str = ""
    posix_user: dict[str, Any] = {}
    root_directory: dict[str, Any] = {}

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.access_point_arn


class FileSystem(Shape, tag_field="type", tag="AWS::EFS::FileSystem"):
    """A file system, with its policy from ``DescribeFileSystemPolicy``."""

    file_system_arn: str
    file_system_id: str = ""
    life_cycle_state: str = ""
    encrypted: bool = False
    kms_key_id: str = ""
    throughput_mode: str = ""
    policy: dict[str, Any] | None = None
    """``None``: there is none, or it was not read (see the gaps)."""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.file_system_arn


class BrokerNodeGroupInfo(Shape):
    """Where the brokers of a Kafka cluster are."""

    client_subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()


class KafkaCluster(Shape, tag_field="type", tag="AWS::MSK::Cluster"):
    """A Kafka cluster of MSK; of a serverless one ``BrokerNodeGroupInfo`` says where its endpoints are."""

    cluster_arn: str
    cluster_name: str = ""
    state: str = ""
    broker_node_group_info: BrokerNodeGroupInfo = BrokerNodeGroupInfo()

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.cluster_arn


class BrokerInstance(Shape):
    """One of the machines of a message broker."""

    ip_address: str = ""
    endpoints: tuple[str, ...] = ()


class Broker(Shape, tag_field="type", tag="AWS::AmazonMQ::Broker"):
    """A message broker of Amazon MQ."""

    broker_arn: str
    broker_id: str = ""
    broker_name: str = ""
    broker_state: str = ""
    engine_type: str = ""
    publicly_accessible: bool = False
    security_groups: tuple[str, ...] = ()
    subnet_ids: tuple[str, ...] = ()
    broker_instances: tuple[BrokerInstance, ...] = ()

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.broker_arn


class LoadBalancer(Shape, tag_field="type", tag="AWS::ElasticLoadBalancingV2::LoadBalancer"):
    """An application or network load balancer; its subnets are in its zones."""

    load_balancer_arn: str
    load_balancer_name: str = ""
    dns_name: str = msgspec.field(default="", name="DNSName")
    scheme: str = ""
    vpc_id: str = ""
    type: str = msgspec.field(default="", name="Type")
    availability_zones: tuple[dict[str, Any], ...] = ()
    security_groups: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.load_balancer_arn


class CapacityProviderVpcConfig(Shape):
    """Where the instances of a capacity provider are."""

    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()


class CapacityProvider(Shape, tag_field="type", tag="AWS::Lambda::CapacityProvider"):
    """Instances of the account that run functions; the functions' packets leave from its subnets."""

    capacity_provider_arn: str
    state: str = ""
    vpc_config: CapacityProviderVpcConfig = CapacityProviderVpcConfig()

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.capacity_provider_arn
