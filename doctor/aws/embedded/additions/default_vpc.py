"""The VPC that a new account has."""

from moto.ec2.models import ec2_backends

from doctor.aws.embedded.addition import Addition, Request

addition = Addition(
    "default VPC", "every region of moto's begins with a default VPC, which the recorded account may not have"
)


@addition.action()
def delete_default_vpc(request: Request) -> None:
    """Take away the default VPC and all that came with it."""
    ec2 = ec2_backends[request.account][request.region]
    vpc = ec2.get_default_vpc()
    if vpc is None:
        return
    for subnet in ec2.describe_subnets(filters={"vpc-id": [vpc.id]}):
        ec2.delete_subnet(subnet.id)
    for gateway in [one for one in ec2.internet_gateways.values() if one.vpc and one.vpc.id == vpc.id]:
        ec2.detach_internet_gateway(gateway.id, vpc.id)
        ec2.delete_internet_gateway(gateway.id)
    ec2.delete_vpc(vpc.id)
    for acl in [one for one in ec2.network_acls.values() if one.vpc_id == vpc.id]:
        del ec2.network_acls[acl.id]  # moto leaves a VPC's default ACL behind
