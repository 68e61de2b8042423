from doctor.model.function import Environment
from doctor.model.package import Package, Source, Variable
from doctor.testing.world import function, not_initialised, raised, ran, succeeded, world


def reading(*names: str, use: str = "required") -> Package:
    read = tuple(Variable(path="app.py", line=3, name=name, use=use) for name in names)
    return Package(files=1, unzipped_size=9, source=Source(files=("app.py",), variables=read))


F = function(package=reading("TABLE_NAME"))
ENVIRON = (
    "[ERROR] KeyError: 'TABLE_NAME'\rTraceback (most recent call last):\r"
    '  File "/var/task/app.py", line 12, in handler\r'
    '  File "<frozen os>", line 1, in nothing\r'
    '  File "/var/lang/lib/python3.12/os.py", line 714, in __getitem__\r    raise KeyError(key) from None\n'
)

BROKEN = {
    "asked for in the handler": world(F, invocations=[raised("KeyError", "'TABLE_NAME'")]),
    "asked for while the module is loaded": world(F, invocations=[not_initialised("KeyError", "'TABLE_NAME'")]),
    "the traceback ends in os.environ, and the package was not read": world(
        function(package=None), invocations=[ran(own=[(0.1, ENVIRON)], duration=0.2)]
    ),
    "two of them": world(
        function(package=reading("TABLE_NAME", "QUEUE_URL")),
        invocations=[raised("KeyError", "'TABLE_NAME'", ago=900), raised("KeyError", "'QUEUE_URL'", ago=60)],
    ),
}

HEALTHY = {
    "it is set": world(
        function(package=reading("TABLE_NAME"), environment=Environment(variables={"TABLE_NAME": "orders"})),
        invocations=[succeeded()],
    ),
    "a key of the event's": world(F, invocations=[raised("KeyError", "'Records'")]),
    "a key in capitals that no source reads": world(
        function(package=None), invocations=[raised("KeyError", "'TABLE_NAME'")]
    ),
    "the code does without": world(
        function(package=reading("TABLE_NAME", use="optional")), invocations=[raised("KeyError", "'TABLE_NAME'")]
    ),
    "Lambda could not decrypt the variables": world(
        function(
            package=reading("TABLE_NAME"),
            environment=Environment(extra={"Error": {"ErrorCode": "AccessDeniedException"}}),
        ),
        invocations=[raised("KeyError", "'TABLE_NAME'")],
    ),
}
