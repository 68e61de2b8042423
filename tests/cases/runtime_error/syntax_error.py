from doctor.testing.world import function, not_initialised, succeeded, world

F = function()
WRONG = "Syntax error in module 'app': expected ':' (app.py, line 7)"

BROKEN = {
    "a colon is missing": world(F, invocations=[not_initialised("Runtime.UserCodeSyntaxError", WRONG)]),
    "a dependency for a newer Python": world(
        function(runtime="python3.9"),
        invocations=[
            not_initialised(
                "Runtime.UserCodeSyntaxError", "Syntax error in module 'app': invalid syntax (modern.py, line 12)"
            )
        ],
    ),
    "no place is told": world(F, invocations=[not_initialised("Runtime.UserCodeSyntaxError", "invalid syntax")]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "mended since": world(
        F, invocations=[not_initialised("Runtime.UserCodeSyntaxError", WRONG, ago=900), succeeded(ago=60)]
    ),
    "a module is missing": world(
        F,
        invocations=[
            not_initialised("Runtime.ImportModuleError", "Unable to import module 'app': No module named 'x'")
        ],
    ),
}

RULED_OUT = ("a module is missing",)
