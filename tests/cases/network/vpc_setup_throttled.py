from doctor.testing.world import function, world
from tests.networks import IN_VPC

BROKEN = {
    "it could not be created": world(
        function(vpc_config=IN_VPC, state="Failed", state_reason_code="EC2RequestLimitExceeded")
    ),
    "an update failed": world(
        function(
            vpc_config=IN_VPC, last_update_status="Failed", last_update_status_reason_code="EC2RequestLimitExceeded"
        )
    ),
}

HEALTHY = {
    "it runs": world(function(vpc_config=IN_VPC)),
    "the quota of interfaces": world(function(vpc_config=IN_VPC, state="Failed", state_reason_code="EniLimitExceeded")),
    "an old reason of a function that runs": world(
        function(vpc_config=IN_VPC, state_reason_code="EC2RequestLimitExceeded")
    ),
}
