from doctor.model.function import Layer
from doctor.model.package import FileMode, Native, Package
from doctor.testing.world import function, not_initialised, succeeded, world

OS_ONLY = {"runtime": "provided.al2023", "handler": "bootstrap"}
F = function(**OS_ONLY)
LAYER = Layer(arn="arn:aws:lambda:eu-west-1:111122223333:layer:runtime:1")
NONE = Package(files=1, unzipped_size=9, top_level=("main",))
THERE = Package(
    files=1,
    unzipped_size=9,
    top_level=("bootstrap",),
    natives=(Native(path="bootstrap", format="elf", machine="x86_64"),),
)
ARM = Package(
    files=1,
    unzipped_size=9,
    top_level=("bootstrap",),
    natives=(Native(path="bootstrap", format="elf", machine="arm64"),),
)
SEALED = Package(
    files=1,
    unzipped_size=9,
    top_level=("bootstrap",),
    modes=(FileMode(path="bootstrap", mode=0o644, problem="not executable"),),
)
RETURN = Package(
    files=1,
    unzipped_size=9,
    top_level=("bootstrap",),
    natives=(Native(path="bootstrap", format="script", interpreter="/bin/sh\r"),),
)


def failing(how: str = "no such file or directory", **told: object):
    return not_initialised("Runtime.InvalidEntrypoint", f"fork/exec /var/task/bootstrap: {how}", **told)


BROKEN = {
    "the log alone": world(F, invocations=[failing()]),
    "in other words": world(
        F,
        invocations=[
            not_initialised("Runtime.InvalidEntrypoint", "Couldn't find valid bootstrap(s): [/var/task/bootstrap]")
        ],
    ),
    "the package has none": world(function(**OS_ONLY, package=NONE), invocations=[failing()]),
    "it never ran, and will fail": world(function(**OS_ONLY, package=NONE)),
    "it is not executable": world(function(**OS_ONLY, package=SEALED), invocations=[failing("permission denied")]),
    "it is for another processor": world(function(**OS_ONLY, package=ARM), invocations=[failing("exec format error")]),
    "its first line ends as on Windows": world(function(**OS_ONLY, package=RETURN), invocations=[failing()]),
}

HEALTHY = {
    "it succeeds": world(function(**OS_ONLY, package=THERE), invocations=[succeeded()]),
    "it is there, and never ran": world(function(**OS_ONLY, package=THERE)),
    "a layer may bring it": world(function(**OS_ONLY, package=NONE, layers=(LAYER,))),
    "other runtimes bring their own": world(function(package=NONE)),
    "mended since": world(F, invocations=[failing(ago=900), succeeded(ago=60)]),
    "its own code fails to start": world(F, invocations=[not_initialised("Runtime.Unknown", "no configuration")]),
}
