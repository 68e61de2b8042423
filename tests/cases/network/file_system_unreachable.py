from msgspec.structs import replace

from doctor.model.backends import MountTarget
from doctor.model.interfaces import GroupIdentifier, NetworkInterface
from doctor.model.invoking import FileSystemConfig
from doctor.model.network import IpPermission, SecurityGroup, Subnet, UserIdGroupPair
from doctor.testing.world import ACCOUNT, REGION, function, gap, world
from tests.networks import ALL, IN_VPC, arn, network

POINT = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/fsap-1"
FILES = (FileSystemConfig(arn=POINT, local_mount_path="/mnt/files"),)
F = function(vpc_config=IN_VPC, file_system_configs=FILES)
FROM_F = IpPermission(
    ip_protocol="tcp", from_port=2049, to_port=2049, user_id_group_pairs=(UserIdGroupPair(group_id="sg-f"),)
)


def mounted(*admits: IpPermission, zones: str = "a"):
    """The usual network, its second subnet in zone b, with a mount target in these zones."""
    spread = [
        replace(one, availability_zone=f"{REGION}b") if isinstance(one, Subnet) and one.subnet_id == "subnet-b" else one
        for one in network()
    ]
    targets = [
        found
        for zone in zones
        for found in (
            MountTarget(
                arn=f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:mount-target/fsmt-{zone}",
                mount_target_id=f"fsmt-{zone}",
                file_system_id="fs-1",
                subnet_id=f"subnet-{zone}",
                vpc_id="vpc-1",
                life_cycle_state="available",
                network_interface_id=f"eni-{zone}",
                availability_zone_name=f"{REGION}{zone}",
                security_groups=("sg-m",),
            ),
            NetworkInterface(
                arn=arn("network-interface", f"eni-{zone}"),
                network_interface_id=f"eni-{zone}",
                subnet_id=f"subnet-{zone}",
                vpc_id="vpc-1",
                private_ip_address=f"10.0.{'ab'.index(zone)}.20",
                groups=(GroupIdentifier(group_id="sg-m"),),
            ),
        )
    ]
    group = SecurityGroup(arn=arn("security-group", "sg-m"), group_id="sg-m", vpc_id="vpc-1", ip_permissions=admits)
    return [*spread, *targets, group]


BROKEN = {
    "its security group is shut": world(F, *mounted(zones="ab")),
    "a zone has no mount target": world(F, *mounted(FROM_F, zones="a")),
    "Lambda could not connect": world(
        function(
            vpc_config=IN_VPC,
            file_system_configs=FILES,
            state="Failed",
            state_reason_code="EFSMountConnectivityError",
        ),
        *mounted(zones="ab"),
    ),
    "it took too long": world(
        function(
            vpc_config=IN_VPC,
            file_system_configs=FILES,
            last_update_status="Failed",
            last_update_status_reason_code="EFSMountTimeout",
        ),
        *mounted(FROM_F, zones="ab"),
    ),
}

HEALTHY = {
    "open in both zones": world(F, *mounted(FROM_F, zones="ab")),
    "open to everybody": world(F, *mounted(ALL, zones="ab")),
    "permission, not connectivity": world(
        function(vpc_config=IN_VPC, file_system_configs=FILES, state="Failed", state_reason_code="EFSMountFailure"),
        *mounted(ALL, zones="ab"),
    ),
    "nothing is mounted": world(function(vpc_config=IN_VPC), *mounted(zones="a")),
    "where its mount targets are was not read": world(F, *network()),
    "no VPC": world(function(), gaps=[gap("ec2:DescribeVpcs")]),
}
