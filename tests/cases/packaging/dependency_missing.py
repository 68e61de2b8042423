from doctor.model.function import Layer
from doctor.model.package import ModuleRoot, Native, Package
from doctor.testing.world import function, not_initialised, raised, succeeded, world

F = function()
LAYERED = function(layers=(Layer(arn="arn:aws:lambda:eu-west-1:111122223333:layer:tools:1"),))
ALONE = Package(files=1, unzipped_size=9, top_level=("app.py",), modules=(ModuleRoot(path="", names=("app",)),))
WITH_X = Package(
    files=9, unzipped_size=9, top_level=("app.py", "x"), modules=(ModuleRoot(path="", names=("app", "x")),)
)
OTHER_PYTHON = Package(
    files=9,
    unzipped_size=9,
    top_level=("app.py", "x"),
    modules=(ModuleRoot(path="", names=("app", "x")),),
    natives=(
        Native(
            path="x/_y.cpython-311-x86_64-linux-gnu.so",
            format="elf",
            machine="x86_64",
            abi="cpython-311-x86_64-linux-gnu",
        ),
    ),
)


def failing(name: str, **told: object):
    return not_initialised(
        "Runtime.ImportModuleError", f"Unable to import module 'app': No module named '{name}'", **told
    )


BROKEN = {
    "all that is known is the log": world(F, invocations=[failing("requests")]),
    "the package does not have it": world(function(package=ALONE), invocations=[failing("requests")]),
    "neither does what was read of it, but there is a layer": world(LAYERED, invocations=[failing("requests")]),
    "a part of it is missing": world(function(package=WITH_X), invocations=[failing("x.part")]),
    "it is imported in the handler": world(
        F,
        invocations=[
            succeeded(ago=900),
            raised("ModuleNotFoundError", "No module named 'requests'"),
            succeeded(ago=60),
        ],
    ),
    "two of them": world(F, invocations=[failing("requests", ago=900), failing("yaml", ago=60)]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "the handler's own module is missing": world(F, invocations=[failing("app")]),
    "compiled for another Python": world(function(package=OTHER_PYTHON), invocations=[failing("x._y")]),
    "a compiled part, by its name": world(F, invocations=[failing("pydantic_core._pydantic_core")]),
    "mended since": world(F, invocations=[failing("requests", ago=900), succeeded(ago=60)]),
    "of an earlier Handler": world(function(handler="other.handler"), invocations=[failing("requests")]),
    "the code cannot be read": world(
        F,
        invocations=[not_initialised("Runtime.UserCodeSyntaxError", "Syntax error in module 'app': (app.py, line 1)")],
    ),
}

RULED_OUT = (
    "the handler's own module is missing",
    "compiled for another Python",
    "a compiled part, by its name",
)
