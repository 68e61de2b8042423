"""EC2's writes to the network, one file per kind of resource."""

from doctor.engine.operations.ec2 import nat_gateways, network_acls, route_tables, security_groups, vpc_endpoints, vpcs

OPERATIONS = {
    **nat_gateways.OPERATIONS,
    **network_acls.OPERATIONS,
    **route_tables.OPERATIONS,
    **security_groups.OPERATIONS,
    **vpc_endpoints.OPERATIONS,
    **vpcs.OPERATIONS,
}
