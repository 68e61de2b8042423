from doctor.model.function import Environment
from doctor.testing.world import function, raised, succeeded, timed_out, world

F = function()


def failed(url: str):
    return raised("EndpointConnectionError", f'Could not connect to the endpoint URL: "{url}"')


BROKEN = {
    "a region that is none": world(F, invocations=[failed("https://sqs.eu-west-11.amazonaws.com/")]),
    "a local stack's address left behind": world(
        function(environment=Environment(variables={"AWS_ENDPOINT_URL": "http://localhost:4566"})),
        invocations=[failed("http://localhost:4566/")],
    ),
    "a service that is not in the region": world(
        F, invocations=[failed("https://apprunner.eu-north-1.amazonaws.com/")]
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "no way out: it waits": world(
        F,
        invocations=[
            raised("ConnectTimeoutError", 'Connect timeout on endpoint URL: "https://sqs.eu-west-1.amazonaws.com/"')
        ],
    ),
    "it hung": world(F, invocations=[timed_out()]),
    "an endpoint of its own, and it works": world(
        function(environment=Environment(variables={"AWS_ENDPOINT_URL": "http://proxy.example.com"})),
        invocations=[succeeded()],
    ),
}
