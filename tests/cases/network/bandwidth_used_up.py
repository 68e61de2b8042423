from doctor.model.function import VpcConfig
from doctor.testing.world import function, ran, succeeded, world

IN_VPC = VpcConfig(vpc_id="vpc-1", subnet_ids=("subnet-a",), security_group_ids=("sg-f",))
F = function(memory_size=1024, timeout=120)


def moved(*lines: str, duration: float = 30.0, size: int = 1024, **told):
    """An invocation that tells what it moved."""
    return ran(own=[(duration - 1, f"{line}\n") for line in lines], duration=duration, size=size, **told)


BROKEN = {
    "three downloads at the ceiling": world(
        F,
        invocations=[
            moved("downloaded 2.0 GB in 26.1 s", ago=900),
            moved("downloaded 1500 MB in 19.9 seconds", ago=800),
            moved("downloaded 2,100,000,000 bytes in 27600 ms", ago=700),
        ],
    ),
    "in a VPC, in one invocation": world(
        function(memory_size=3008, timeout=120, vpc_config=IN_VPC),
        invocations=[moved(*(f"part {n}: 700 MiB took 9.6s" for n in range(3)), duration=31, size=3008)],
    ),
}

HEALTHY = {
    "transfers of every pace": world(
        F,
        invocations=[
            moved("downloaded 2.0 GB in 26.1 s", ago=900),
            moved("downloaded 2.0 GB in 44 s", ago=800, duration=50.0),
            moved("downloaded 2.0 GB in 26.0 s", ago=700),
        ],
    ),
    "faster than the ceiling": world(
        F, invocations=[moved("downloaded 4.0 GB in 20 s", ago=900 - 10 * n) for n in range(4)]
    ),
    "small ones": world(F, invocations=[moved("downloaded 40 MB in 0.52 s", ago=900 - 10 * n) for n in range(4)]),
    "one alone": world(F, invocations=[moved("downloaded 2.0 GB in 26.1 s")]),
    "durations without sizes": world(F, invocations=[moved("batch of 2000000000 done in 26.1 s") for _ in range(3)]),
    "it says nothing": world(F, invocations=[succeeded(30, size=1024)]),
    "with less memory than it has now": world(
        F, invocations=[moved("downloaded 2.0 GB in 26.1 s", ago=900 - 10 * n, size=512) for n in range(4)]
    ),
    "it never ran": world(F),
}
