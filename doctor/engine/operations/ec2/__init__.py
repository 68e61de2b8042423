"""EC2's writes to the network, one file per kind of resource."""

from doctor.engine.operations.ec2 import (
    block_public_access,
    egress_gateways,
    nat_gateways,
    network_acls,
    route_tables,
    security_groups,
    transit_gateways,
    vpc_endpoints,
    vpcs,
)

OPERATIONS = {
    **block_public_access.OPERATIONS,
    **egress_gateways.OPERATIONS,
    **nat_gateways.OPERATIONS,
    **network_acls.OPERATIONS,
    **route_tables.OPERATIONS,
    **security_groups.OPERATIONS,
    **transit_gateways.OPERATIONS,
    **vpc_endpoints.OPERATIONS,
    **vpcs.OPERATIONS,
}
