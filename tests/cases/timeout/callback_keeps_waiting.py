from doctor.model.package import HandlerCode, Package
from doctor.testing.world import function, succeeded, timed_out, world


def node(parameters, asynchronous=False):
    code = HandlerCode(
        module="index",
        path="index.js",
        function="handler",
        defined=True,
        parameters=parameters,
        asynchronous=asynchronous,
    )
    package = Package(files=1, unzipped_size=9, handler=code)
    return function(runtime="nodejs22.x", handler="index.handler", package=package)


HUNG = [timed_out(after=3, last_word=0.2)]
BROKEN = {"a callback": world(node(3), invocations=HUNG)}
HEALTHY = {
    "it succeeds": world(node(3), invocations=[succeeded()]),
    "an asynchronous handler": world(node(2, asynchronous=True), invocations=HUNG),
    "two parameters": world(node(2), invocations=HUNG),
    "stopped at work": world(node(3), invocations=[timed_out(after=3, last_word=2.9)]),
    "Python": world(function(), invocations=HUNG),
}
