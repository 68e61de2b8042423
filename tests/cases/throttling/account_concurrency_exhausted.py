from doctor.model.snapshot import AccountLimit
from doctor.testing.world import ACCOUNT, function, metric, world

F = function()
LIMIT = AccountLimit(concurrent_executions=1000, unreserved_concurrent_executions=900)
REFUSED = metric("Throttles", "Sum", 0, 14, 3)


NEW = AccountLimit(concurrent_executions=10, unreserved_concurrent_executions=10)


def seen(subject, *used, limit=LIMIT):
    account = (metric("UnreservedConcurrentExecutions", "Maximum", *used),) if used else ()
    metrics = {subject.arn: (REFUSED,), f"arn:aws:iam::{ACCOUNT}:root": account}
    return world(subject, metrics=metrics, account_limit=limit)


BROKEN = {
    "a new account, whose quota is reduced": seen(F, 2, 10, 7, limit=NEW),
    "the account is at its limit when it is refused": seen(F, 300, 900, 700),
    "nearly at its limit, as one value a minute shows it": seen(F, 300, 700, 850),
}
RULED_OUT = (
    "its own reservation is used up",
    "switched off",
    "room is left while it is refused",
    "the account is busy at another time",
)
HEALTHY = {
    "its own reservation is used up": seen(function(reserved_concurrent_executions=2), 300, 900, 900),
    "room is left while it is refused": seen(F, 20, 30, 30),
    "the account is busy at another time": seen(F, 900, 30, 30),
    "what the account used was not measured": seen(F),
    "nothing is refused": world(
        F,
        metrics={f"arn:aws:iam::{ACCOUNT}:root": (metric("UnreservedConcurrentExecutions", "Maximum", 900),)},
        account_limit=LIMIT,
    ),
    "switched off": seen(function(reserved_concurrent_executions=0), 300, 900, 900),
}
