from doctor.model.package import ModuleRoot, Package
from doctor.testing.world import function, node_raised, succeeded, world

F = function(runtime="nodejs22.x", handler="index.handler")
ALONE = Package(files=1, unzipped_size=9, top_level=("index.js",), modules=(ModuleRoot(path="node_modules", names=()),))
ERROR = "Runtime.ImportModuleError"


def failing(name: str, error: str = ERROR, kind: str = "module", **told: object):
    message = f"Error: Cannot find {kind} '{name}'\nRequire stack:\n- /var/task/index.js"
    return node_raised(error, message, how="Uncaught Exception", **told)


BROKEN = {
    "a dependency": world(F, invocations=[failing("axios")]),
    "the package does not have it": world(
        function(runtime="nodejs22.x", handler="index.handler", package=ALONE),
        invocations=[failing("@scope/tool/part")],
    ),
    "the SDK that the runtime no longer brings": world(F, invocations=[failing("aws-sdk")]),
    "the handler's own file": world(F, invocations=[failing("index")]),
    "a file of its own": world(F, invocations=[failing("./lib/prices")]),
    "an ES module": world(F, invocations=[failing("axios", "Error", "package")]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "mended since": world(F, invocations=[failing("axios", ago=900), succeeded(ago=60)]),
    "the export is missing, not the file": world(
        F, invocations=[node_raised("Runtime.HandlerNotFound", "index.handler is undefined or not exported")]
    ),
    "it looks for something else": world(F, invocations=[node_raised("Error", "Cannot find order 'A-1'")]),
}
