from doctor.model.function import Environment
from doctor.model.package import Package, SdkCall, SdkClient, Source
from doctor.testing.world import function, metric, world


def caller(timeout=10, clients=(), **parameters):
    call = SdkCall(
        path="app.py", line=7, service="lambda", operation="Invoke", parameters={"FunctionName": "child", **parameters}
    )
    source = Source(files=("app.py",), reached=("app.py",), calls=(call,), clients=clients)
    return function(
        timeout=timeout,
        package=Package(files=1, unzipped_size=9, source=source),
        environment=Environment(variables={"CHILD": "child"}),
    )


CHILD = function("child", timeout=120)


def took(seconds, one=None):
    return world(
        one or caller(timeout=300), CHILD, metrics={CHILD.arn: (metric("Duration", "Maximum", 900, seconds * 1000),)}
    )


LONG = SdkClient(path="app.py", line=3, service="lambda", read_timeout=130.0)
BROKEN = {"longer than botocore waits": took(90)}
HEALTHY = {
    "it answers in time": took(30),
    "the client waits long enough": took(90, caller(timeout=300, clients=(LONG,))),
    "nobody waits": took(90, caller(InvocationType="Event")),
    "it never ran": world(caller(timeout=300), CHILD),
}
