from doctor.testing.world import function, not_initialised, raised, succeeded, world

JAVA = function(runtime="java21", handler="example.Handler::handleRequest")
BROKEN = {
    "a class": world(JAVA, invocations=[not_initialised("Runtime.ClassNotFound", "Class not found: example.Handler")]),
    "a newer virtual machine's": world(
        JAVA,
        invocations=[
            not_initialised(
                "java.lang.UnsupportedClassVersionError", "java.lang.UnsupportedClassVersionError: example/Handler"
            )
        ],
    ),
    ".NET": world(
        function(runtime="dotnet8", handler="Shop::Shop.Function::Run"),
        invocations=[not_initialised("LambdaException", "Unable to load type 'Shop.Function' from assembly 'Shop'.")],
    ),
    "Ruby": world(
        function(runtime="ruby3.4", handler="function.handler"),
        invocations=[not_initialised("Init<LoadError>", "cannot load such file -- function")],
    ),
}
HEALTHY = {
    "it succeeds": world(JAVA, invocations=[succeeded()]),
    "the handler throws": world(JAVA, invocations=[raised("java.lang.IllegalStateException", "no")]),
    "another language's words": world(function(), invocations=[raised("LookupError", "Class not found: Order")]),
    "the heap is full": world(JAVA, invocations=[raised("java.lang.OutOfMemoryError", "Java heap space")]),
}
