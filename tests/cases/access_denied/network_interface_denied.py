from doctor.model.function import VpcConfig
from doctor.testing.world import allow, deny, function, role, world

INSIDE = VpcConfig(vpc_id="vpc-1", subnet_ids=("subnet-1",))
F = function(role=role().arn, vpc_config=INSIDE)
FAILED = function(
    role=role().arn,
    vpc_config=INSIDE,
    last_update_status="Failed",
    last_update_status_reason_code="InsufficientRolePermissions",
)
OLD_CORE = (
    allow("ec2:CreateNetworkInterface"),
    allow("ec2:DescribeNetworkInterfaces"),
    allow("ec2:DeleteNetworkInterface"),
)

BROKEN = {
    "the role may do nothing": world(F, role()),
    "it may make interfaces and not delete them": world(F, role(*OLD_CORE[:2])),
    "the update failed by it": world(FAILED, role(allow("logs:*"))),
    "it is told not to": world(F, role(allow("ec2:*"), deny("ec2:CreateNetworkInterface"))),
}

HEALTHY = {
    "the update failed by it, and the role may by now": world(FAILED, role(allow("ec2:*"))),
    "it may": world(F, role(allow("ec2:*"))),
    "it may do what interfaces need, and not the rest": world(F, role(*OLD_CORE)),
    "it may for some ARNs": world(
        F, role(*OLD_CORE[1:], allow("ec2:CreateNetworkInterface", "arn:aws:ec2:*:*:network-interface/*"))
    ),
    "it runs in no VPC": world(function(role=role().arn), role()),
}
