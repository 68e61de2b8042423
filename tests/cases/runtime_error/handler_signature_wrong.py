from doctor.testing.world import function, raised, succeeded, world

F = function()
ONE = "handler() takes 1 positional argument but 2 were given"
BROKEN = {
    "one parameter": world(F, invocations=[raised("TypeError", ONE)]),
    "three parameters": world(
        F, invocations=[raised("TypeError", "handler() missing 1 required positional argument: 'db'")]
    ),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "mended since": world(F, invocations=[raised("TypeError", ONE, ago=900), succeeded(ago=60)]),
    "another function of the code's own": world(
        F, invocations=[raised("TypeError", "total() takes 1 positional argument but 2 were given")]
    ),
    "another mistake with types": world(F, invocations=[raised("TypeError", "unsupported operand type(s) for +")]),
}
