from doctor.model.function import Environment
from doctor.testing.world import function, not_initialised, raised, ran, succeeded, world

F = function()
WARNING = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare cases, a Lambda "
    "runtime update can cause unexpected function behavior.\n"
)
MISSING = (
    "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'x'\rTraceback (most recent call last):\n",
    "INIT_REPORT Init Duration: 96.00 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError\n",
)
FAILED = "Status: error\tError Type: Runtime.ImportModuleError"

BROKEN = {
    "a bad value at module level": world(F, invocations=[not_initialised("ValueError", "no such region")]),
    "an environment variable that is not set": world(F, invocations=[not_initialised("KeyError", "'TABLE_NAME'")]),
    "a key that is no variable's": world(
        function(environment=Environment(variables={"TABLE_NAME": "orders"})),
        invocations=[not_initialised("KeyError", "'TABLE_NAME'")],
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "the handler raises": world(F, invocations=[raised("ValueError", "no such region")]),
    "mended since": world(F, invocations=[not_initialised("ValueError", "no", ago=900), succeeded(ago=60)]),
    "no memory for the module": world(F, invocations=[not_initialised("MemoryError", "no room")]),
    "a module is missing": world(
        F,
        invocations=[
            not_initialised("Runtime.ImportModuleError", "Unable to import module 'app': No module named 'x'")
        ],
    ),
    "Lambda's warning of a runtime update comes with every failure": world(
        F, invocations=[ran(before_start=[WARNING, *MISSING], duration=0.1, status=FAILED)]
    ),
    "the code is no Python": world(
        F,
        invocations=[not_initialised("Runtime.UserCodeSyntaxError", "Syntax error in module 'app': (app.py, line 1)")],
    ),
}

RULED_OUT = ("a module is missing", "Lambda's warning of a runtime update comes with every failure")
