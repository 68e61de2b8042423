"""What a resource is to the network: its addresses, its security groups, its ports, and whether it runs."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from doctor.model import arns
from doctor.model.backends import (
    Broker,
    CacheCluster,
    DBInstance,
    DBProxy,
    DBProxyTarget,
    KafkaCluster,
    LoadBalancer,
    MountTarget,
    ReplicationGroup,
)
from doctor.model.interfaces import GroupIdentifier, NetworkInterface
from doctor.network.catalogue import Catalogue

_NFS = 2049
_RUNNING = frozenset(
    {
        "available",
        "active",
        "running",
        "backing-up",
        "modifying",
        "snapshotting",
        "storage-optimization",
        "upgrading",
        "maintenance",
        "updating",
        "rebooting_broker",
        "configuring-enhanced-monitoring",
        "configuring-iam-database-auth",
        "configuring-log-exports",
        "renaming",
        "resetting-master-credentials",
        "healing",
    },
)
_DOWN = frozenset(
    {
        "stopped",
        "stopping",
        "starting",
        "creating",
        "create-failed",
        "creation_failed",
        "deleting",
        "deleted",
        "delete-precheck",
        "failed",
        "error",
        "inaccessible-encryption-credentials",
        "inaccessible-encryption-credentials-recoverable",
        "incompatible-network",
        "incompatible-option-group",
        "incompatible-parameters",
        "incompatible-restore",
        "insufficient-capacity",
        "insufficient-resource-limits",
        "rebooting",
        "restore-error",
        "storage-full",
        "suspended",
    },
)


class Backend(NamedTuple):
    """A resource that connections go to.

    Attributes:
        running: ``None`` when the state was not seen, or is one that doctor does not know.
        ports: Those that it listens on; empty: not told.
        host: The name that clients connect to.
        interfaces: Its network interfaces, as far as they were recognised.
        zonal: Whether a client reaches it only by the interface in its own availability zone.
        states: Of one that is zonal, the state in each subnet.
        behind: The databases behind a proxy; ``None``: it is none, or they were not seen.
        assumed: What was taken for granted.
    """

    name: str
    arn: str
    state: str
    vpc: str
    subnets: tuple[str, ...]
    groups: frozenset[str]
    interfaces: tuple[NetworkInterface, ...]
    ports: tuple[int, ...] = ()
    host: str = ""
    public: bool = False
    zonal: bool = False
    states: tuple[tuple[str, str], ...] = ()
    proxy: bool = False
    behind: tuple[DBProxyTarget, ...] | None = None
    assumed: tuple[str, ...] = ()

    @property
    def running(self) -> bool | None:
        """Whether it answers; ``None``: not known."""
        return running(self.state)


def running(state: str) -> bool | None:
    """Whether what is in a state answers; ``None``: not known."""
    state = state.lower()
    return True if state in _RUNNING else False if state in _DOWN else None


def find(catalogue: Catalogue, wanted: str) -> Backend | None:
    """The resource of that ARN, identifier or endpoint name; ``None``: not seen."""
    every = catalogue.all(MountTarget)
    if ":access-point/" in wanted:
        systems = {one.file_system_id for one in every}
        known = next(iter(systems)) if len(systems) == 1 else ""
        assumed = (f"{arns.name(wanted)} belongs to {known}, the only file system that was seen",)
        return _file_system(catalogue, every)._replace(assumed=assumed) if known else None
    mounts = [one for one in every if one.file_system_id == arns.name(wanted)]
    if mounts:
        return _file_system(catalogue, mounts)
    for kind, make in _KINDS.items():
        for one in catalogue.all(kind):
            if wanted and wanted in _names(one):
                return make(catalogue, one)
    return None


def hosts(catalogue: Catalogue) -> dict[str, str]:
    """The names that resources are connected to by, with the resources' ARNs."""
    return {
        name: one.arn
        for kind in _KINDS
        for one in catalogue.all(kind)
        for name in _names(one)
        if "." in name and one.arn
    }


def _names(one: Any) -> Iterator[str]:
    """Everything that a resource is called."""
    yield one.arn
    for field in ("db_instance_identifier", "db_proxy_name", "cache_cluster_id", "replication_group_id"):
        yield getattr(one, field, "")
    for field in ("cluster_name", "broker_name", "broker_id", "load_balancer_name", "dns_name"):
        yield getattr(one, field, "")
    for found in _endpoints(one):
        yield found.address
    if isinstance(one, DBProxy):
        yield one.endpoint


def _endpoints(one: Any) -> list[Any]:
    told = [getattr(one, "endpoint", None), getattr(one, "configuration_endpoint", None)]
    for shard in getattr(one, "node_groups", ()):
        told += [shard.primary_endpoint, shard.reader_endpoint]
    told += [node.endpoint for node in getattr(one, "cache_nodes", ())]
    return [found for found in told if hasattr(found, "address")]


def _ports(one: Any) -> tuple[int, ...]:
    return tuple(sorted({found.port for found in _endpoints(one) if found.port}))


def _interfaces(
    catalogue: Catalogue, subnets: Iterable[str], groups: frozenset[str], named: Iterable[str]
) -> tuple[NetworkInterface, ...]:
    """Interfaces that belong to a resource, by what AWS writes into their description.

    A description that carries the resource's own name decides by itself; one that tells only the kind of resource
    (``RDSNetworkInterface``) is taken with the right subnet and exactly the right security groups.
    """
    every = [one for subnet in subnets for one in catalogue.interfaces_in.get(subnet, ())]
    marks = tuple(named)
    own = [one for one in every if any(mark in one.description for mark in marks)]
    return tuple(one for one in own if not groups or {group.group_id for group in one.groups} == groups)


def _instance(catalogue: Catalogue, one: DBInstance) -> Backend:
    group = one.db_subnet_group
    subnets = tuple(sub.subnet_identifier for sub in group.subnets) if group else ()
    groups = frozenset(member.vpc_security_group_id for member in one.vpc_security_groups)
    return Backend(
        name=one.db_instance_identifier,
        arn=one.arn,
        state=one.db_instance_status,
        vpc=group.vpc_id if group else "",
        subnets=subnets,
        groups=groups,
        interfaces=_interfaces(catalogue, subnets, groups, ("RDSNetworkInterface",)),
        ports=_ports(one),
        host=one.endpoint.address if one.endpoint else "",
        public=one.publicly_accessible,
    )


_PROXY_PORTS = {"MYSQL": (3306,), "POSTGRESQL": (5432,), "SQLSERVER": (1433,)}


def _proxy(catalogue: Catalogue, one: DBProxy) -> Backend:
    groups = frozenset(one.vpc_security_group_ids)
    return Backend(
        name=one.db_proxy_name,
        arn=one.arn,
        state=one.status,
        vpc=one.vpc_id,
        subnets=one.vpc_subnet_ids,
        groups=groups,
        interfaces=_interfaces(catalogue, one.vpc_subnet_ids, groups, ("DBProxy",)),
        ports=_PROXY_PORTS.get(one.engine_family, ()),
        host=one.endpoint,
        proxy=True,
        behind=one.targets,
    )


def _cache(catalogue: Catalogue, one: CacheCluster) -> Backend:
    groups = frozenset(member.security_group_id for member in one.security_groups)
    every = (
        found for found in catalogue.all(NetworkInterface) if found.description == f"ElastiCache {one.cache_cluster_id}"
    )
    found = _of_interfaces(one, one.cache_cluster_id, one.cache_cluster_status, every)
    return found._replace(groups=groups or found.groups, ports=_ports(one))


def _of_interfaces(one: Any, name: str, state: str, found: Iterable[NetworkInterface]) -> Backend:
    """A resource of which only the interfaces tell where it is."""
    every = tuple(found)
    return Backend(
        name=name,
        arn=one.arn,
        state=state,
        vpc=every[0].vpc_id if every else "",
        subnets=tuple(dict.fromkeys(interface.subnet_id for interface in every)),
        groups=frozenset(group.group_id for interface in every for group in interface.groups),
        interfaces=every,
    )


def _replication_group(catalogue: Catalogue, one: ReplicationGroup) -> Backend:
    """Every node must be reachable: a client that follows a failover or a shard talks to each."""
    members = set(one.member_clusters) | {one.replication_group_id}
    every = [
        found
        for found in catalogue.all(NetworkInterface)
        if found.description.startswith("ElastiCache ") and found.description.removeprefix("ElastiCache ") in members
    ]
    clusters = [
        found for found in catalogue.all(CacheCluster) if found.replication_group_id == one.replication_group_id
    ]
    ports = {port for cluster in clusters for port in _ports(cluster)} | set(_ports(one))
    return _of_interfaces(one, one.replication_group_id, one.status, every)._replace(ports=tuple(sorted(ports)))


def _file_system(catalogue: Catalogue, mounts: list[MountTarget]) -> Backend:
    every = tuple(_of_mount(catalogue, one) for one in mounts)
    groups = frozenset(group for one in mounts for group in one.security_groups or ())
    states = {one.life_cycle_state for one in mounts}
    return Backend(
        name=mounts[0].file_system_id,
        arn=mounts[0].arn,
        state="available" if "available" in states else next(iter(sorted(states)), ""),
        vpc=mounts[0].vpc_id or every[0].vpc_id,
        subnets=tuple(one.subnet_id for one in mounts),
        states=tuple((one.subnet_id, one.life_cycle_state) for one in mounts),
        groups=groups,
        interfaces=every,
        ports=(_NFS,),
        zonal=True,
    )


def _of_mount(catalogue: Catalogue, one: MountTarget) -> NetworkInterface:
    """The interface of a mount target; where it was not seen, what the mount target itself tells of it."""
    seen = catalogue.interfaces.get(one.network_interface_id)
    if seen is not None:
        return seen
    subnet = catalogue.subnets.get(one.subnet_id)
    return NetworkInterface(
        arn=one.arn,
        network_interface_id=one.network_interface_id or one.mount_target_id,
        interface_type="efs",
        subnet_id=one.subnet_id,
        vpc_id=one.vpc_id or (subnet.vpc_id if subnet else ""),
        private_ip_address=one.ip_address,
        groups=tuple(GroupIdentifier(group_id=group) for group in one.security_groups or ()),
    )


def _kafka(catalogue: Catalogue, one: KafkaCluster) -> Backend:
    info = one.broker_node_group_info
    groups = frozenset(info.security_groups)
    found = _interfaces(catalogue, info.client_subnets, groups, ("MSK", "msk"))
    vpc = next((catalogue.subnets[sub].vpc_id for sub in info.client_subnets if sub in catalogue.subnets), "")
    name = one.cluster_name or one.cluster_arn
    assumed = () if one.state else (f"the brokers of {name} run: their state was not read",)
    return Backend(name, one.arn, one.state or "ACTIVE", vpc, info.client_subnets, groups, found, assumed=assumed)


def _broker(catalogue: Catalogue, one: Broker) -> Backend:
    groups = frozenset(one.security_groups)
    addresses = {instance.ip_address for instance in one.broker_instances}
    every = [found for sub in one.subnet_ids for found in catalogue.interfaces_in.get(sub, ())]
    found = tuple(interface for interface in every if interface.private_ip_address in addresses)
    vpc = next((catalogue.subnets[sub].vpc_id for sub in one.subnet_ids if sub in catalogue.subnets), "")
    return Backend(
        name=one.broker_name or one.broker_id,
        arn=one.arn,
        state=one.broker_state,
        vpc=vpc,
        subnets=one.subnet_ids,
        groups=groups,
        interfaces=found,
        public=one.publicly_accessible,
    )


def _load_balancer(catalogue: Catalogue, one: LoadBalancer) -> Backend:
    groups = frozenset(one.security_groups)
    subnets = tuple(str(zone.get("SubnetId", "")) for zone in one.availability_zones)
    tail = one.load_balancer_arn.split("loadbalancer/")[-1]
    return Backend(
        name=one.load_balancer_name,
        arn=one.arn,
        state="active",
        vpc=one.vpc_id,
        subnets=subnets,
        groups=groups,
        interfaces=_interfaces(catalogue, subnets, frozenset(), (f"ELB {tail}",)),
        host=one.dns_name,
        public=one.scheme == "internet-facing",
    )


_KINDS: dict[type[Any], Callable[[Catalogue, Any], Backend]] = {
    DBInstance: _instance,
    DBProxy: _proxy,
    CacheCluster: _cache,
    ReplicationGroup: _replication_group,
    KafkaCluster: _kafka,
    Broker: _broker,
    LoadBalancer: _load_balancer,
}
