from doctor.testing.world import ACCOUNT, function, metric, world

BIG, SMALL = function("big"), function("small")


def seen(big, *, ran=(20, 800), every=(100, 1000), refused=(0, 9), small=SMALL):
    return world(
        big,
        small,
        metrics={
            big.arn: (metric("ConcurrentExecutions", "Maximum", *ran),),
            small.arn: (metric("Throttles", "Sum", *refused),),
            f"arn:aws:iam::{ACCOUNT}:root": (metric("ConcurrentExecutions", "Maximum", *every),),
        },
    )


BROKEN = {"most of it while another is refused": seen(BIG)}
HEALTHY = {
    "nobody is refused": seen(BIG, refused=(0, 0)),
    "a small part of it": seen(BIG, ran=(20, 200)),
    "at another time": seen(BIG, ran=(800, 20)),
    "it has a limit of its own": seen(function("big", reserved_concurrent_executions=800)),
    "the other is refused by its own reservation": seen(BIG, small=function("small", reserved_concurrent_executions=2)),
}
