from doctor.model.package import HandlerCode, Package
from doctor.testing.world import function, not_initialised, succeeded, world

MISSING = "Runtime.ImportModuleError"
F = function()
NESTED = function(handler="src/labels/preview.render")
AT_TOP = Package(
    files=1, unzipped_size=9, top_level=("src",), handler=HandlerCode(module="app", elsewhere=("src/app.py",))
)


def failing(name: str, module: str = "app", **told: object):
    return not_initialised(MISSING, f"Unable to import module '{module}': No module named '{name}'", **told)


BROKEN = {
    "no such file": world(F, invocations=[failing("app")]),
    "the folder was zipped": world(function(package=AT_TOP), invocations=[failing("app")]),
    "a folder on the way is missing": world(NESTED, invocations=[failing("src", "src/labels/preview")]),
    "the module in the folder is missing": world(
        NESTED, invocations=[failing("src.labels.preview", "src/labels/preview")]
    ),
    "it worked before the last deployment": world(F, invocations=[succeeded(ago=9000), failing("app")]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "a dependency is missing": world(F, invocations=[failing("requests")]),
    "a dependency whose name begins alike": world(F, invocations=[failing("application")]),
    "mended since": world(F, invocations=[failing("app", ago=900), succeeded(ago=60)]),
    "of an earlier Handler": world(F, invocations=[failing("lambda_function", "lambda_function")]),
    "the function is missing, not the file": world(
        F, invocations=[not_initialised("Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'")]
    ),
}

RULED_OUT = ("a dependency is missing", "a dependency whose name begins alike")
