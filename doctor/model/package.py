"""What a snapshot keeps of a deployment package or of a layer: facts that were read from the zip, never the package itself.

Everything here was read, nothing was run. Every list is bounded: what a bound cut off is counted in ``Package.omitted``,
and files that were not read, or not wholly, are in ``Package.unread``, so that a fact's absence is never taken for proof.
Of literals in the source only names of AWS resources, hosts, ARNs and names of environment variables are kept.
"""

from typing import Literal

from doctor.model.record import Record


class Weight(Record):
    """An entry at the top of a package, and the bytes of all that lies below it, unzipped."""

    name: str
    size: int


class Unread(Record):
    """A file that was not read, or not wholly, and why; ``path`` is empty when it is about several files."""

    path: str
    reason: str


class FileMode(Record):
    """A file whose permission bits keep Lambda's user from using it.

    Lambda runs code as a user who neither owns the files nor is in their group.
    See https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
    """

    path: str
    mode: int
    """Permission bits, as in ``chmod``."""
    problem: Literal["unreadable", "untraversable", "not executable"]


class ModuleRoot(Record):
    """A folder of the package in which imports may look, and what they find there."""

    path: str
    """Relative to the package; empty: the package itself."""
    names: tuple[str, ...]
    """Importable names, sorted: for Python modules and packages, for Node.js ``name`` and ``@scope/name``."""
    complete: bool = True
    """False: there are more names than are kept."""


class Manifest(Record):
    """The fields of a ``package.json`` that decide how Node.js loads code."""

    type: str = ""
    main: str = ""


PROXY_FIELDS = frozenset({"isBase64Encoded", "statusCode", "headers", "multiValueHeaders", "body"})
"""The fields that an answer to a proxy integration of API Gateway may have, of which none is mandatory.

See https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""
Form = Literal["object", "list", "text", "number", "nothing", "unknown"]
"""Of a value in JSON (``number`` also for true and false); ``unknown``: the code must run to tell."""


class Place(Record):
    """Where something is written in the source."""

    path: str
    line: int
    function: str = ""
    """Dotted name of the function around it; empty: it runs when the file is loaded."""


class Answer(Place):
    """What a handler returns at one place, by its form."""

    form: Form = "unknown"
    others: int = 0
    """Of an object written out: its fields beside those of a proxy's answer."""
    body: Form = "unknown"
    """The form of its ``body``."""


class HandlerCode(Record):
    """Where a function's Handler leads in its package."""

    module: str = ""
    """The file that Lambda looks for, without its suffix."""
    path: str = ""
    """The file that it finds; empty: none."""
    function: str = ""
    """What Lambda looks up in that file."""
    defined: bool | None = None
    """Whether the file defines it; ``None``: it cannot be told without running the file."""
    line: int | None = None
    asynchronous: bool = False
    """It is a coroutine function."""
    parameters: int | None = None
    """How many positional arguments it takes; ``None``: unknown, or any number."""
    candidates: tuple[str, ...] = ()
    """Functions of that file that look like handlers, by their names and parameters."""
    elsewhere: tuple[str, ...] = ()
    """Files of that name in other folders of the package."""
    problem: Literal["", "malformed", "built-in module"] = ""
    """Why the Handler cannot lead anywhere, whatever the package holds."""
    module_system: Literal["", "esm", "commonjs", "mixed"] = ""
    """Of JavaScript: which module system the file is written for."""
    answers: tuple[Answer, ...] = ()
    """What it returns and where, in Python; empty: not told, or it is wrapped in another function."""


class Native(Record):
    """A shared library or executable of the package."""

    path: str
    format: Literal["elf", "mach-o", "pe", "script", "unknown"]
    machine: str = ""
    """``x86_64``, ``arm64``, ``x86``, ``arm``, or the number of another one in the ELF header; empty: not told."""
    bits: int = 0
    abi: str = ""
    """The part of its name that tells which interpreter it is for, such as ``cpython-311-x86_64-linux-gnu`` or ``abi3``."""
    needed: tuple[str, ...] = ()
    """Shared libraries that it is linked to (``DT_NEEDED``)."""
    glibc: str = ""
    """The newest ``GLIBC_`` version that it requires."""
    glibcxx: str = ""
    """The newest ``GLIBCXX_`` version that it requires."""
    interpreter: str = ""
    """What starts it: the ELF loader, or the line after ``#!``, a carriage return at its end included."""


class Import(Place):
    """A module from outside the function's own source; the first place that imports it for certain, or else the first."""

    name: str
    """The top-level name, as in ``ModuleRoot.names``."""
    optional: bool = False
    """The code goes on without it: the import is conditional, or its failure is caught."""


class FromVariable(Record):
    """A value that the code takes from an environment variable."""

    variable: str


class Variable(Place):
    """An environment variable that the code reads."""

    name: str
    use: Literal["required", "optional", "default"] = "required"
    """``required``: without it an exception is raised; ``optional``: without it the value is empty; ``default``: a value stands in."""


class SdkClient(Place):
    """A client of an AWS service that the code creates; ``None`` and empty fields were not given, or not as literals."""

    service: str
    """botocore's name of the service."""
    each_time: bool = False
    """Every run of the function around it creates the client anew."""
    region: str = ""
    endpoint_url: str = ""
    """Scheme, host and port."""
    connect_timeout: float | None = None
    """Seconds."""
    read_timeout: float | None = None
    """Seconds."""
    max_attempts: int | None = None
    """As configured; botocore's ``max_attempts`` counts retries, ``total_max_attempts`` and JavaScript's count requests."""


class SdkCall(Place):
    """An AWS operation that the code calls."""

    service: str
    """botocore's name of the service."""
    operation: str
    parameters: dict[str, str | FromVariable] = {}
    """Those that name a resource, where the code says which."""


class Host(Place):
    """A host that a literal names."""

    host: str
    port: int | None = None
    scheme: str = ""


class Sleep(Place):
    """A pause of a literal length."""

    seconds: float


class Exit(Place):
    """A call that ends the process, and with it the execution environment."""

    call: str


class Source(Record):
    """What the function's own source says: code of installed distributions and of ``node_modules`` is not its own."""

    files: tuple[str, ...] = ()
    """The files that were read: those that the handler's file leads to first, then the others by name."""
    reached: tuple[str, ...] = ()
    """Those that the handler's file imports, itself included, directly or not; what is imported dynamically is not seen."""
    imports: tuple[Import, ...] = ()
    variables: tuple[Variable, ...] = ()
    clients: tuple[SdkClient, ...] = ()
    calls: tuple[SdkCall, ...] = ()
    hosts: tuple[Host, ...] = ()
    sleeps: tuple[Sleep, ...] = ()
    exits: tuple[Exit, ...] = ()
    batch_answers: tuple[Place, ...] = ()
    """Where it names ``batchItemFailures``, the answer by which a handler tells which records of a batch failed."""
    syntax_errors: tuple[Place, ...] = ()
    """Of Python: where a file is not valid in the function's version."""
    search_path_changed: bool = False
    """The code changes where imports look (``sys.path``), so that more may be importable than ``modules`` tells."""


class Package(Record):
    """Facts about a function's deployment package or about a layer, read from the zip: never the package itself."""

    files: int
    """How many files the zip holds."""
    unzipped_size: int
    """Bytes, unzipped."""
    top_level: tuple[str, ...] = ()
    """Names at the top of the zip, sorted."""
    heaviest: tuple[Weight, ...] = ()
    """The largest entries at the top, largest first."""
    modules: tuple[ModuleRoot, ...] = ()
    """Where imports of the runtime's language may look, including places that they do not look in unless configured."""
    manifest: Manifest | None = None
    """``package.json`` at the top; ``None``: there is none."""
    handler: HandlerCode | None = None
    """``None``: a layer, or a runtime whose handlers are not read from source."""
    modes: tuple[FileMode, ...] = ()
    natives: tuple[Native, ...] = ()
    source: Source = Source()
    unread: tuple[Unread, ...] = ()
    omitted: dict[str, int] = {}
    """How many more values there are of a field than are kept, by the field's name; no entry: all are there."""
