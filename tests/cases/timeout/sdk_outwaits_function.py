from doctor.model.function import Environment
from doctor.model.package import Package, SdkClient, Source
from doctor.testing.world import function, raised, succeeded, timed_out, world


def calling(timeout=3, variables=None, **config):
    client = SdkClient(path="app.py", line=3, service="dynamodb", **config)
    source = Source(files=("app.py",), reached=("app.py",), clients=(client,))
    package = Package(files=1, unzipped_size=9, source=source)
    return function(timeout=timeout, package=package, environment=Environment(variables=variables or {}))


BROKEN = {
    "as botocore waits": world(calling(), invocations=[timed_out()]),
    "a long wait of its own": world(calling(connect_timeout=30.0), invocations=[timed_out()]),
}
HEALTHY = {
    "it gives up sooner": world(calling(connect_timeout=1.0), invocations=[timed_out()]),
    "a mode that does": world(calling(variables={"AWS_DEFAULTS_MODE": "in-region"}), invocations=[timed_out()]),
    "it may run longer than that": world(calling(timeout=90), invocations=[timed_out(after=90)]),
    "the SDK said what did not answer": world(
        calling(),
        invocations=[
            raised(
                "ConnectTimeoutError", "Connect timeout on endpoint URL: 'https://dynamodb.eu-west-1.amazonaws.com/'"
            )
        ],
    ),
    "nothing hangs": world(calling(), invocations=[succeeded()]),
}
