from doctor.model.function import Environment
from doctor.model.package import FromVariable, Package, SdkCall, Source
from doctor.testing.world import function, world


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


CHILD = function("child", timeout=30)
BROKEN = {
    "it may run longer": world(caller(), CHILD),
    "just as long": world(caller(timeout=30), CHILD),
    "named by a variable": world(caller(FunctionName=FromVariable(variable="CHILD")), CHILD),
}
HEALTHY = {
    "it may run less long": world(caller(timeout=60), CHILD),
    "nobody waits": world(caller(InvocationType="Event"), CHILD),
    "it is another account's": world(
        caller(FunctionName="arn:aws:lambda:eu-west-1:444455556666:function:child"), CHILD
    ),
}
