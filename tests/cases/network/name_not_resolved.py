from doctor.model.function import Environment
from doctor.testing.world import function, node_raised, raised, succeeded, timed_out, world
from tests.networks import IN_VPC

F = function()
HOST = "db.internal.example.com"

BROKEN = {
    "a typing error in a variable": world(
        function(environment=Environment(variables={"DB_HOST": HOST})),
        invocations=[raised("OperationalError", f'could not translate host name "{HOST}" to address: unknown')],
    ),
    "a private zone that its VPC does not know": world(
        function(runtime="nodejs22.x", vpc_config=IN_VPC),
        invocations=[node_raised("Error", f"getaddrinfo ENOTFOUND {HOST}")],
    ),
    "the name is not told": world(F, invocations=[raised("gaierror", "[Errno -2] Name or service not known")]),
    "in the words of Java": world(
        function(runtime="java21"),
        invocations=[raised("java.net.UnknownHostException", f"UnknownHostException: {HOST}")],
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it has an address, and nobody answers": world(
        function(runtime="nodejs22.x"), invocations=[node_raised("Error", "connect ETIMEDOUT 10.0.0.7:5432")]
    ),
    "it hung": world(F, invocations=[timed_out()]),
    "refused": world(F, invocations=[raised("ConnectionRefusedError", "[Errno 111] Connection refused")]),
}
