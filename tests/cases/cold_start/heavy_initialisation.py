from doctor.model.function import VpcConfig
from doctor.testing.world import function, succeeded, world

F = function()
COLD = [succeeded(ago=9000 - 60 * n, init=2.6, stream=f"e{n}") for n in range(5)]
QUICK = [succeeded(ago=9000 - 60 * n, init=0.7, stream=f"e{n}") for n in range(5)]

IN_VPC = VpcConfig(vpc_id="vpc-1", subnet_ids=("subnet-1",), security_group_ids=("sg-1",))

BROKEN = {
    "every environment takes seconds": world(F, invocations=COLD),
    "some environments take seconds": world(F, invocations=[*COLD, *(succeeded(ago=900 - n) for n in range(20))]),
    "even with a whole CPU": world(
        function(memory_size=2048),
        invocations=[succeeded(ago=9000 - 60 * n, init=2.6, size=2048, stream=f"e{n}") for n in range(5)],
    ),
    "in a VPC, which is not to blame": world(function(vpc_config=IN_VPC), invocations=COLD),
    "more than a virtual machine needs": world(
        function(runtime="java21"),
        invocations=[succeeded(ago=9000 - 60 * n, init=5.1, stream=f"e{n}") for n in range(5)],
    ),
}

HEALTHY = {
    "it never ran": world(F),
    "it starts in less than a second": world(F, invocations=QUICK),
    "in a VPC, whose interfaces were made before": world(function(vpc_config=IN_VPC), invocations=QUICK),
    "a virtual machine needs two seconds": world(function(runtime="java21"), invocations=COLD),
    "one slow start of many": world(
        F, invocations=[succeeded(ago=900, init=4.0), *(succeeded(ago=800 - n) for n in range(20))]
    ),
    "cold starts are rare": world(F, invocations=[*COLD, *(succeeded(ago=7000 - n) for n in range(600))]),
    "a slow handler starts quickly": world(
        F, invocations=[succeeded(8, ago=900 - 100 * n, init=0.2) for n in range(4)]
    ),
    "it started slowly with less memory": world(
        function(memory_size=1024), invocations=[*COLD, succeeded(ago=60, init=0.5, size=1024)]
    ),
}
