from doctor.model.package import HandlerCode, Package
from doctor.testing.world import function, not_initialised, succeeded, world

F = function(handler="handler")
BAD = not_initialised(
    "Runtime.MalformedHandlerName", "Bad handler 'handler': not enough values to unpack (expected 2, got 1)"
)
FILE = Package(files=1, unzipped_size=9, handler=HandlerCode(module="handler", path="handler.py", candidates=("run",)))

BROKEN = {
    "it fails": world(F, invocations=[BAD]),
    "it never ran, and will fail": world(F),
    "in Node.js": world(function(runtime="nodejs22.x", handler="index")),
    "there is a file of that name": world(function(handler="handler", package=FILE), invocations=[BAD]),
}

HEALTHY = {
    "file and function": world(function(), invocations=[succeeded()]),
    "in folders": world(function(handler="src/labels/preview.render")),
    "Java names a class": world(function(runtime="java21", handler="Handler")),
    ".NET names an assembly": world(function(runtime="dotnet8", handler="Assembly::Type::Method")),
    "an OS-only runtime reads it as it likes": world(function(runtime="provided.al2023", handler="bootstrap")),
    "a container image has none": world(function(runtime=None, handler="", package_type="Image")),
}
