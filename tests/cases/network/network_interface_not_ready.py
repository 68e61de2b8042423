from doctor.testing.world import function, world
from tests.networks import IN_VPC

BROKEN = {
    "idle for weeks": world(function(vpc_config=IN_VPC, state="Inactive", state_reason_code="Idle")),
    "coming back": world(function(vpc_config=IN_VPC, state="Pending", state_reason_code="Restoring")),
}

HEALTHY = {
    "it runs": world(function(vpc_config=IN_VPC)),
    "idle, in no VPC": world(function(state="Inactive", state_reason_code="Idle")),
    "being created": world(function(vpc_config=IN_VPC, state="Pending", state_reason_code="Creating")),
    "its image is lost": world(function(vpc_config=IN_VPC, state="Inactive", state_reason_code="ImageDeleted")),
}
