from doctor.model.backends import CapacityProvider, CapacityProviderVpcConfig
from doctor.testing.world import ACCOUNT, REGION, function, succeeded, world
from tests.cases.network.no_way_out import BY_NAT
from tests.networks import IN_VPC, interface_endpoint, network

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:capacity-provider:cp"
F = function(
    extra={"CapacityProviderConfig": {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": ARN}}}
)
PROVIDER = CapacityProvider(
    capacity_provider_arn=ARN,
    state="Active",
    vpc_config=CapacityProviderVpcConfig(subnet_ids=("subnet-a", "subnet-b"), security_group_ids=("sg-f",)),
)

BROKEN = {
    "no way out": world(F, PROVIDER, *network()),
    "a way out of one of its subnets": world(F, PROVIDER, *network(BY_NAT, only_in_b=True, nat="available")),
    "its group lets nothing out": world(F, PROVIDER, *network(BY_NAT, nat="available", egress=())),
    "an endpoint of another service": world(F, PROVIDER, *network(endpoints=(interface_endpoint("sqs"),))),
}

HEALTHY = {
    "a NAT gateway": world(F, PROVIDER, *network(BY_NAT, nat="available")),
    "an endpoint": world(F, PROVIDER, *network(endpoints=(interface_endpoint("logs"),))),
    "a function in the same VPC, run by Lambda": world(function(vpc_config=IN_VPC), *network()),
    "in no VPC": world(function(), invocations=[succeeded()]),
}
