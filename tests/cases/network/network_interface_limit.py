from doctor.testing.world import function, world
from tests.networks import IN_VPC


def failed(**fields):
    return world(function(vpc_config=IN_VPC, **fields))


BROKEN = {
    "it could not be created": failed(state="Failed", state_reason_code="EniLimitExceeded"),
    "it did not come back": failed(state="Inactive", state_reason_code="EniLimitExceeded"),
    "an update failed": failed(last_update_status="Failed", last_update_status_reason_code="EniLimitExceeded"),
}

HEALTHY = {
    "it runs": failed(),
    "addresses are missing, not interfaces": failed(state="Failed", state_reason_code="SubnetOutOfIPAddresses"),
    "an old reason of a function that runs": failed(state_reason_code="EniLimitExceeded"),
}
