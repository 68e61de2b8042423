"""A host was reached, and nothing listens on the port.

A refusal comes at once, from the host itself: the way there and back is open. The port is wrong, the service behind it is down, or the
address is the environment's own. `localhost` in Lambda is the execution environment, in which only the function and its extensions run.
A connection that waits and then fails was dropped on the way: that is another failure.

Covers: net-connection-refused
Fix: correct host and port, or start what should listen there.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-networking.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    HOSTS,
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite_log,
    found_in,
    in_line,
    rule,
    shown,
    times,
)

WORDS = HOSTS["refused"]
WHERE = re.compile(r"(?P<host>127\.\d+\.\d+\.\d+|localhost|::1|[\w-]+(?:\.[\w-]+)+)(?P<port>:\d+)?")
OWN = ("127.", "localhost", "::1")
EXTENSION = ":2773"
"""The port of AWS's extension for parameters and secrets."""


@rule(Severity.HIGH)
def connection_refused(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if not met:
        return
    last = met[-1]
    text = found_in(last, WORDS.words).string
    title, what = _advice(text)
    yield Problem(
        message=f"a connection was refused {times(met)}: {what}",
        evidence=(cite_log(function, "errorMessage", in_line(text), last.at),),
        fixes=(Fix(title=title, applicability=Applicability.MANUAL),),
        confidence=Confidence.LIKELY,
        explains=shown(met),
        expects="handler_failed",
    )


def _advice(text: str) -> tuple[str, str]:
    """What to do, and what is wrong, as far as the log tells where it went."""
    where = next((one[0] for one in WHERE.finditer(text) if one["port"] or one[0].startswith(OWN)), "")
    if not where.startswith(OWN):
        there = where or "it"
        return "correct host and port, or start the service", f"{there} was reached, and nothing listens there"
    if where.endswith(EXTENSION):
        return (
            "add the layer of the Parameters and Secrets extension, and call it inside the handler",
            f"nothing listens on {where}: the Parameters and Secrets extension is not there, or not ready",
        )
    return (
        "connect to the service's own host: localhost is the execution environment itself",
        f"{where} is the execution environment itself, where nothing listens",
    )
