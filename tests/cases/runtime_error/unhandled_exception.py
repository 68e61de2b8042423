from doctor.model.package import Package, Source
from doctor.model.triggers import EventRule, Target
from doctor.testing.world import (
    exited,
    function,
    killed,
    node_raised,
    not_initialised,
    raised,
    ran,
    succeeded,
    timed_out,
    world,
)

F = function()
NODE = function(runtime="nodejs22.x", handler="index.handler")
TRACE = (
    "[ERROR] KeyError: 'Records'\rTraceback (most recent call last):\r"
    '\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}File "/var/task/app.py", line 12, in handler\r'
    '\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}File "/var/lang/lib/python3.12/json/__init__.py", line 3, in loads\n'
)
VENDORED = (
    "[ERROR] ValueError: no\rTraceback (most recent call last):\r"
    '  File "/var/task/app.py", line 12, in handler\r  File "/var/task/requests/api.py", line 59, in request\n'
)
HOURLY = EventRule(
    arn="arn:aws:events:eu-west-1:111122223333:rule/hourly", name="hourly", targets=(Target(id="1", arn=F.arn),)
)
OWN = Package(files=9, unzipped_size=9, source=Source(files=("app.py",)))

BROKEN = {
    "an exception": world(F, invocations=[raised("ValueError", "no")]),
    "an exception without a message": world(F, invocations=[raised("AssertionError", "")]),
    "its traceback names the line": world(F, invocations=[ran(own=[(0.1, TRACE)], duration=0.2)]),
    "the package tells which code is its own": world(
        function(package=OWN), invocations=[ran(own=[(0.1, VENDORED)], duration=0.2)]
    ),
    "a stack of Node.js": world(
        NODE, invocations=[node_raised("TypeError", "x", trace=["TypeError: x", "    at f (/var/task/index.js:12:5)"])]
    ),
    "two kinds": world(F, invocations=[raised("ValueError", "no", ago=900), raised("KeyError", "'x'", ago=60)]),
    "in Node.js": world(NODE, invocations=[node_raised("TypeError", "Cannot read properties of undefined")]),
    "of a class of its own": world(F, invocations=[raised("app.OrderRefused", "no stock")]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it runs out of time": world(F, invocations=[timed_out()]),
    "killed for memory": world(F, invocations=[killed()]),
    "the process exits": world(F, invocations=[exited()]),
    "access is denied": world(
        F, invocations=[raised("ClientError", "An error occurred (AccessDenied) when calling the PutItem operation")]
    ),
    "raised while the module was loaded": world(F, invocations=[not_initialised("KeyError", "'TABLE'")]),
    "an exception that was logged and handled": world(
        F, invocations=[ran(own=[(0.1, "ValueError: no, but we go on\n")], duration=0.2)]
    ),
    "no memory": world(F, invocations=[raised("MemoryError", "")]),
    "a full disk": world(F, invocations=[raised("OSError", "[Errno 28] No space left on device")]),
    "too many open files": world(F, invocations=[raised("OSError", "[Errno 24] Too many open files")]),
    "a read-only place": world(F, invocations=[raised("OSError", "[Errno 30] Read-only file system: '/var/task/x'")]),
    "an answer that is no JSON": world(F, invocations=[raised("Runtime.MarshalError", "Unable to marshal response")]),
    "an answer that is too large": world(F, invocations=[raised("Function.ResponseSizeTooLarge", "too large")]),
    "a module that is imported late, and missing": world(
        F, invocations=[raised("ModuleNotFoundError", "No module named 'requests'")]
    ),
    "its trigger sends events of another form": world(F, HOURLY, invocations=[raised("KeyError", "'Records'")]),
    "a promise that nobody waited for": world(
        NODE, invocations=[node_raised("TypeError", "x is not a function", how="Unhandled Promise Rejection")]
    ),
    "a host refused it": world(F, invocations=[raised("OSError", "[Errno 111] Connection refused")]),
    "a name that nobody knows": world(F, invocations=[raised("gaierror", "[Errno -2] Name or service not known")]),
    "a certificate that is not accepted": world(
        F, invocations=[raised("SSLError", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")]
    ),
    "a database that is full": world(F, invocations=[raised("OperationalError", "(1040, 'Too many connections')")]),
    "an endpoint that is none": world(
        F,
        invocations=[
            raised(
                "EndpointConnectionError",
                'Could not connect to the endpoint URL: "https://sqs.eu-wst-1.amazonaws.com/"',
            )
        ],
    ),
}

RULED_OUT = (
    "a host refused it",
    "a name that nobody knows",
    "a certificate that is not accepted",
    "a database that is full",
    "an endpoint that is none",
    "no memory",
    "a full disk",
    "too many open files",
    "a read-only place",
    "an answer that is no JSON",
    "an answer that is too large",
    "a module that is imported late, and missing",
    "its trigger sends events of another form",
)
