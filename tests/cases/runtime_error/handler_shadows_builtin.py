from doctor.testing.world import function, not_initialised, succeeded, world

F = function(handler="time.handler")
BROKEN = {
    "time": world(
        F,
        invocations=[
            not_initialised("Runtime.BuiltInModuleConflict", "Cannot use built-in module time as a handler module")
        ],
    ),
}
HEALTHY = {
    "it succeeds": world(function(), invocations=[succeeded()]),
    "the handler's module is missing": world(
        function(),
        invocations=[
            not_initialised("Runtime.ImportModuleError", "Unable to import module 'app': No module named 'app'")
        ],
    ),
}
