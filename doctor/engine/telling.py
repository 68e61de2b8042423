"""Words by which a failure is told from an exception of the code's own: a rule of its own explains each, and general ones step back."""

import re
from typing import NamedTuple

from doctor.engine.lambda_refusals import DEPLOYMENT_REFUSALS, INVOCATION_REFUSALS
from doctor.engine.world import Unseen
from doctor.model.function import Function
from doctor.model.lazy import pattern
from doctor.model.telemetry import Invocation

_ARGUMENTS = pattern(
    r"(?P<name>\w+)\(\) (?:takes (?:\d+|from \d+ to \d+) positional arguments? but \d+ (?:was|were) given|missing \d+ required positional)"
)


EXPIRED = pattern(
    r"Bad session token or header key|\(ExpiredToken(?:Exception)?\)|security token included in the request is expired"
)
"""What credentials are refused with that were good once."""
NO_OBJECT = pattern(r"\((?P<code>NoSuchKey|404)\) when calling the (?P<operation>GetObject|HeadObject) operation")
_ENCODED = pattern(r"""["'/= ](?P<key>[\w!.*'()~/-]*(?:\+|%[0-9A-F]{2})[\w!.*'()~/%+-]*)""")
"""A name in a log line that an event of S3 has encoded."""


class Telling(NamedTuple):
    """What a failure says of itself."""

    words: re.Pattern[str]
    marks: tuple[str, ...]
    """Every match holds one of these."""
    why: str
    """Why it is no exception of the code's own."""
    runtimes: tuple[str, ...] = ()
    """How the identifiers begin of the runtimes in which the words mean this; empty: in all."""


TELLING: dict[str, Telling] = {
    "threads": Telling(
        pattern(
            r"can't start new thread|unable to create (?:new )?native thread|\[Errno 11\] Resource temporarily unavailable"
        ),
        ("thread", "Errno 11"),
        "no more threads or processes could be started",
    ),
    "shared memory": Telling(
        pattern(r"\[Errno 38\] Function not implemented"), ("Errno 38",), "the environment has no shared memory"
    ),
    "java heap": Telling(
        pattern(r"java\.lang\.OutOfMemoryError: (?P<space>Java heap space|Metaspace|GC overhead limit exceeded)"),
        ("OutOfMemoryError",),
        "the Java heap is full",
    ),
    "key throttled": Telling(
        pattern(r"rate at which you may call KMS|KMS request rate exceeded|\(K(?:ms|MS)Throttl\w*\)"),
        ("call KMS", "KMS request", "(Kms", "(KMS"),
        "KMS refused a key for the rate of requests",
    ),
    "throttled": Telling(
        pattern(
            r"\((?P<code>ProvisionedThroughputExceededException|Throttl\w+|RequestLimitExceeded|SlowDown|"
            r"TooManyRequestsException|RequestThrottled\w*)\) when calling the (?P<operation>\w+) operation"
        ),
        ("when calling the",),
        "the service that it calls refused for the rate",
    ),
    "refused by Lambda": Telling(
        pattern("|".join(map(re.escape, (*DEPLOYMENT_REFUSALS, *INVOCATION_REFUSALS)))),
        ("when calling the", "Exception"),
        "Lambda refused what it asked for",
    ),
    "old sdk": Telling(
        pattern(r"Unknown parameter in input: \"(?P<parameter>\w+)\"|Unknown service: '(?P<service>[\w-]+)'"),
        ("Unknown parameter", "Unknown service"),
        "the SDK does not know what it is asked for",
    ),
    "permission bits": Telling(
        pattern(
            r"(?:\[Errno 13\] Permission denied: |EACCES: permission denied, \w+ )'(?P<path>/(?:var/task|opt)/[^']*)'"
        ),
        ("ermission denied",),
        "a file of the package may not be read",
    ),
    "libc": Telling(
        pattern(r"version `(?P<version>GLIBC(?:XX)?_[\d.]+)' not found(?: \(required by (?P<file>[^)\s]+)\))?"),
        ("GLIBC",),
        "a library needs a newer C library",
    ),
    "import conflict": Telling(
        pattern(
            r"cannot import name '(?P<name>[^']+)' from (?P<partly>partially initialized module )?'(?P<module>[^']+)'"
            r"|attempted relative import (?:with no known parent|beyond top-level) package"
        ),
        ("cannot import name", "attempted relative import"),
        "two modules do not fit together",
    ),
    "module systems": Telling(
        pattern(
            r"Cannot use import statement outside a module|Unexpected token '?export'?|ERR_REQUIRE_ESM"
            r"|(?P<name>exports|require|module|__dirname|__filename) is not defined(?: in ES module scope)?"
        ),
        ("import statement", "Unexpected token", "ERR_REQUIRE_ESM", "is not defined"),
        "CommonJS and ES modules are mixed",
        ("nodejs",),
    ),
    "handler class": Telling(
        pattern(
            r"Class not found: (?P<java>[\w.$]+)|java\.lang\.(?P<problem>ClassNotFoundException|NoClassDefFoundError|"
            r"NoSuchMethodError|UnsupportedClassVersionError)|No public method named (?P<method>\w+)"
            r"|Unable to (?:load type|find method) '(?P<dotnet>[^']+)'|cannot load such file -- (?P<ruby>\S+)"
            r"|undefined method [`'](?P<undefined>\w+)' for #<LambdaHandler"
        ),
        ("Class", "No public method", "Unable to ", "cannot load such file", "LambdaHandler", "NoSuchMethodError"),
        "what Handler names cannot be loaded",
        ("java", "dotnet", "ruby"),
    ),
}

HOSTS: dict[str, Telling] = {
    "endpoint": Telling(
        pattern(r"Could not connect to the endpoint URL: \"(?P<url>[^\"]+)\""),
        ("Could not connect to the endpoint",),
        "the endpoint that it called could not be connected to",
    ),
    "refused": Telling(
        pattern(r"ECONNREFUSED|\[Errno 111\]|[Cc]onnection refused"),
        ("ECONNREFUSED", "Errno 111", "onnection refused"),
        "the host that it called refused the connection",
    ),
    "certificate": Telling(
        pattern(
            r"CERTIFICATE_VERIFY_FAILED|unable to verify the first certificate|unable to get local issuer certificate"
            r"|self[- ]signed certificate|SSLCertVerificationError|PKIX path building failed|certificate has expired"
            r"|doesn't match any of the subject alternative names|Hostname/IP does not match certificate"
            r"|x509: certificate "
        ),
        ("ertificate", "CERTIFICATE", "PKIX", "SSLCert", "alternative names"),
        "the certificate of the host that it called was not accepted",
    ),
    "name": Telling(
        pattern(
            r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN)(?: (?P<node>[\w.-]+))?|Name or service not known"
            r"|Temporary failure in name resolution|UnknownHostException(?:: (?P<java>[\w.-]+))?"
            r"|nodename nor servname|Could not resolve host(?:: (?P<curl>[\w.-]+))?|no such host"
            r"|could not translate host name \"(?P<libpq>[\w.-]+)\""
        ),
        (
            "getaddrinfo",
            "not known",
            "name resolution",
            "UnknownHost",
            "servname",
            "resolve host",
            "no such host",
            "translate host",
        ),
        "the name of the host that it called did not resolve",
    ),
    "database": Telling(
        pattern(
            r"[Tt]oo many connections|remaining connection slots are reserved|sorry, too many clients already"
            r"|max_user_connections|too many connections for role"
        ),
        ("connection", "too many clients"),
        "the database had no connection left",
    ),
}
"""What is said of another host. It counts where the error itself says so: that a call failed may be logged and got over."""
NO_ANSWER = pattern(
    r"ETIMEDOUT|ESOCKETTIMEDOUT|[Cc]onnect(?:ion)? timed? ?out|Connect timeout on endpoint URL|Read timeout on endpoint URL"
    r"|\[Errno 110\]|dial tcp \S+ i/o timeout|ConnectTimeoutError"
)
"""Words of a connection, or a call, to which nobody answered: what stopped it is not in them."""


def told_of_host(one: Invocation) -> str:
    """Why an error is no exception of the code's own, where it says what another host did; empty: it does not."""
    text = one.error_message
    return next((told.why for told in HOSTS.values() if told.words.search(text) is not None), "")


def told_otherwise(function: Function, one: Invocation) -> str:
    """Why a failed invocation is no exception of the code's own, by what it says; empty: its words do not tell."""
    texts = (one.error_message, *(line.message for line in one.lines))
    found = (
        told.why
        for told in TELLING.values()
        if any(mark in text and told.words.search(text) is not None for text in texts for mark in told.marks)
        and _is_spoken_in(function, told)
    )
    return next(found, "") or _by_more(function, one)


def _by_more(function: Function, one: Invocation) -> str:
    """The same of what words alone do not tell: in what was run, and beside what else in the log."""
    if kept_credentials(function, one):
        return "the credentials in its snapshot had expired"
    return "the key that it asked for is one that an event has encoded" if encoded_key(one) else ""


def kept_credentials(function: Function, one: Invocation) -> bool:
    """Whether an invocation was refused for credentials that the snapshot of its environment had kept too long."""
    try:
        from_snapshot = function.snap_start.apply_on != "None" and function.version != "$LATEST"
    except Unseen:  # of a log alone it is not known
        return False
    return from_snapshot and EXPIRED.search(one.error_message) is not None


def encoded_key(one: Invocation) -> str:
    """The first encoded name that the code wrote in an invocation which found no object; empty: it is not so, or nothing tells."""
    if NO_OBJECT.search(one.error_message) is None:
        return ""
    found = (_ENCODED.search(line.message) for line in one.own_lines if "Traceback" not in line.message)
    return next((match["key"] for match in found if match is not None), "")


def _is_spoken_in(function: Function, told: Telling) -> bool:
    """Whether words mean what they say in the runtime of a function: a runtime that is not known is none."""
    try:
        return not told.runtimes or (function.runtime or "").startswith(told.runtimes)
    except Unseen:
        return False


def wrong_signature(function: Function, one: Invocation) -> bool:
    """Whether an invocation failed because its handler cannot be called with an event and a context."""
    found = _ARGUMENTS.match(one.error_message) if one.error_type == "TypeError" else None
    try:
        handler = function.handler
    except Unseen:  # of a log alone it may not be known
        return False
    return found is not None and found["name"] == handler.rpartition(".")[2]
