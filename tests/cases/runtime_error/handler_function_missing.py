from doctor.model.package import HandlerCode, Package
from doctor.testing.world import alias, function, node_raised, not_initialised, succeeded, world

F = function(handler="app.lambda_handler")
READ = Package(
    files=1,
    unzipped_size=751,
    top_level=("app.py",),
    handler=HandlerCode(
        module="app", path="app.py", function="lambda_handler", defined=False, candidates=("handler", "preview")
    ),
)
NODE = function(runtime="nodejs22.x", handler="index.handler")
V1 = function("live", version="1", handler="app.lambda_handler", package=READ)
LATEST = function("live", handler="app.lambda_handler", package=READ)
LIVE = alias("live", V1)


def failing(name: str = "lambda_handler", module: str = "app", **told: object):
    return not_initialised("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module}'", **told)


BROKEN = {
    "no such function": world(F, invocations=[failing()]),
    "the package shows what there is": world(
        function(handler="app.lambda_handler", package=READ), invocations=[failing()]
    ),
    "in a folder": world(
        function(handler="src/labels/preview.render"), invocations=[failing("render", "src/labels/preview")]
    ),
    "the version behind an alias": world(LATEST, V1, LIVE, invocations=[failing(version="1")]),
    "Node.js exports nothing of that name": world(
        NODE, invocations=[node_raised("Runtime.HandlerNotFound", "index.handler is undefined or not exported")]
    ),
    "Node.js exports something else": world(
        NODE, invocations=[node_raised("Runtime.HandlerNotFound", "index.handler is not a function")]
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "nested, but right": world(function(handler="src/labels/preview.render"), invocations=[succeeded()]),
    "of an earlier Handler": world(function(), invocations=[failing()]),
    "mended since": world(F, invocations=[failing(ago=900), succeeded(ago=60)]),
    "the file is missing, not the function": world(
        F,
        invocations=[
            not_initialised("Runtime.ImportModuleError", "Unable to import module 'app': No module named 'app'")
        ],
    ),
    "Handler has no dot": world(
        function(handler="handler"),
        invocations=[
            not_initialised(
                "Runtime.MalformedHandlerName", "Bad handler 'handler': not enough values to unpack (expected 2, got 1)"
            )
        ],
    ),
}

RULED_OUT = ("Handler has no dot",)
