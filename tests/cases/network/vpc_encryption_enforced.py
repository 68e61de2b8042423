from doctor.testing.world import function, world
from tests.networks import IN_VPC

CODE = "DisallowedByVpcEncryptionControl"

BROKEN = {
    "it could not be created": world(function(vpc_config=IN_VPC, state="Failed", state_reason_code=CODE)),
    "an update failed": world(
        function(vpc_config=IN_VPC, last_update_status="Failed", last_update_status_reason_code=CODE)
    ),
}

HEALTHY = {
    "it runs": world(function(vpc_config=IN_VPC)),
    "another reason": world(function(vpc_config=IN_VPC, state="Failed", state_reason_code="InvalidSubnet")),
    "an old reason of a function that runs": world(function(vpc_config=IN_VPC, state_reason_code=CODE)),
}
