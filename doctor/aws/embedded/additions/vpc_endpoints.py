"""Interface endpoints."""

from moto.ec2.models import ec2_backends

from doctor.aws.embedded.addition import Addition, Proceed, Request, Result

addition = Addition(
    "VPC endpoints",
    "moto's interface endpoints have no security group unless one is named, and keep their private DNS setting",
)


@addition.amends("ec2", "CreateVpcEndpoint")
def create_vpc_endpoint(request: Request, proceed: Proceed) -> Result:
    """Put an interface endpoint into the VPC's default group if no group is named."""
    parameters = request.parameters
    if parameters.get("VpcEndpointType") != "Interface" or parameters.get("SecurityGroupIds"):
        return proceed()
    ec2 = ec2_backends[request.account][request.region]
    default = ec2.get_security_group_from_name("default", parameters["VpcId"])
    return proceed(parameters | {"SecurityGroupIds": [default.id]} if default else None)


@addition.amends("ec2", "ModifyVpcEndpoint")
def modify_vpc_endpoint(request: Request, proceed: Proceed) -> Result:
    """Switch private DNS on or off as well."""
    answer = proceed()
    wanted = request.parameters.get("PrivateDnsEnabled")
    if wanted is not None:
        ec2 = ec2_backends[request.account][request.region]
        ec2.vpc_end_points[request.parameters["VpcEndpointId"]].private_dns_enabled = wanted
    return answer
