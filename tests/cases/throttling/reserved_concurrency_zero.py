from doctor.model.snapshot import AccountLimit
from doctor.testing.world import function, metric, world

OFF = function(reserved_concurrent_executions=0)
REFUSED = {OFF.arn: (metric("Throttles", "Sum", 4, 0, 9),)}

BROKEN = {
    "every request is refused": world(OFF, metrics=REFUSED),
    "nothing calls it": world(OFF),
    "the account's limits are known": world(
        OFF, metrics=REFUSED, account_limit=AccountLimit(unreserved_concurrent_executions=900)
    ),
}
HEALTHY = {
    "nothing is reserved, so it shares the account's": world(function(), metrics=REFUSED),
    "one is reserved, and that is too little: another rule speaks": world(
        one := function(reserved_concurrent_executions=1), metrics={one.arn: REFUSED[OFF.arn]}
    ),
}
