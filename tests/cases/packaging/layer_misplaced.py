from doctor.model.function import Layer
from doctor.model.invoking import LayerVersion
from doctor.model.package import ModuleRoot, Package
from doctor.testing.world import function, node_raised, not_initialised, succeeded, world

ARN = "arn:aws:lambda:eu-west-1:111122223333:layer:tools:1"
OWN = Package(files=1, unzipped_size=9, top_level=("app.py",), modules=(ModuleRoot(path="", names=("app",)),))
F = function(layers=(Layer(arn=ARN),), package=OWN, runtime="python3.12")
NODE = function(layers=(Layer(arn=ARN),), runtime="nodejs22.x", handler="index.handler")


def layer(path: str, *names: str, top: str = "requests") -> LayerVersion:
    held = Package(files=9, unzipped_size=9, top_level=(top,), modules=(ModuleRoot(path=path, names=names),))
    return LayerVersion(layer_version_arn=ARN, package=held)


def failing(name: str, **told: object):
    message = f"Unable to import module 'app': No module named '{name}'"
    return not_initialised("Runtime.ImportModuleError", message, **told)


BROKEN = {
    "at the layer's top": world(F, layer("", "requests"), invocations=[failing("requests")]),
    "under another version": world(
        F, layer("python/lib/python3.9/site-packages", "requests", top="python"), invocations=[failing("requests.api")]
    ),
    "of Node.js": world(
        NODE,
        layer("node_modules", "@acme/tools", top="node_modules"),
        invocations=[node_raised("Runtime.ImportModuleError", "Error: Cannot find module '@acme/tools/x'")],
    ),
}

HEALTHY = {
    "it is where the runtime looks": world(F, layer("python", "requests", top="python"), invocations=[succeeded()]),
    "no layer has it": world(F, layer("python", "yaml", top="python"), invocations=[failing("requests")]),
    "the layer was not read": world(F, invocations=[failing("requests")]),
    "mended since": world(F, layer("", "requests"), invocations=[failing("requests", ago=900), succeeded(ago=60)]),
}
