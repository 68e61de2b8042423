from doctor.model.package import HandlerCode, Package
from doctor.testing.world import function, world


def seen(parameters=3, *, asynchronous=False, runtime="nodejs22.x", managed=True, **config):
    handler = HandlerCode(path="index.js", function="handler", parameters=parameters, asynchronous=asynchronous)
    told = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": "arn", **config}}
    return world(
        function(
            runtime=runtime,
            package=Package(files=1, unzipped_size=9, handler=handler),
            extra={"CapacityProviderConfig": told} if managed else {},
        )
    )


BROKEN = {"a callback": seen(), "four at once": seen(PerExecutionEnvironmentMaxConcurrency=4)}
HEALTHY = {
    "asynchronous": seen(2, asynchronous=True),
    "one at a time": seen(PerExecutionEnvironmentMaxConcurrency=1),
    "on Lambda's own machines": seen(managed=False),
    "Python, which has a process for each": seen(runtime="python3.13"),
}
