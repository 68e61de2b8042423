from doctor.testing.world import function, node_raised, not_initialised, succeeded, world

NODE = function(runtime="nodejs22.x", handler="index.handler")
BROKEN = {
    "import in CommonJS": world(
        NODE,
        invocations=[
            not_initialised("Runtime.UserCodeSyntaxError", "SyntaxError: Cannot use import statement outside a module")
        ],
    ),
    "exports in an ES module": world(
        NODE, invocations=[not_initialised("ReferenceError", "exports is not defined in ES module scope")]
    ),
    "require in an ES module": world(
        NODE, invocations=[node_raised("ReferenceError", "require is not defined in ES module scope")]
    ),
}
HEALTHY = {
    "it succeeds": world(NODE, invocations=[succeeded()]),
    "the code is not valid at all": world(
        NODE, invocations=[not_initialised("Runtime.UserCodeSyntaxError", "SyntaxError: missing ) after argument list")]
    ),
    "a name of the code's own": world(NODE, invocations=[node_raised("ReferenceError", "total is not defined")]),
    "a module is missing": world(
        NODE, invocations=[not_initialised("Runtime.ImportModuleError", "Error: Cannot find module 'axios'")]
    ),
    "a function in Python of that name": world(
        function(), invocations=[not_initialised("NameError", "require is not defined")]
    ),
}
