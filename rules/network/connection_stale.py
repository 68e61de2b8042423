"""A connection that was kept from an earlier invocation had been closed in the meantime.

Between invocations an environment is frozen. What it kept open is closed by the other side, by a NAT gateway or by an endpoint after 350
seconds without traffic, and the frozen environment does not notice: the first use afterwards fails with a reset, and the next one works.
Resets in new environments, or moments after the last call, have another cause: the server, or TLS.

Covers: net-connection-reset-idle
Fix: check connections of a pool before they are used, turn on TCP keep-alive, or try once more on a reset.
See: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocation,
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

RESET = re.compile(
    r"ECONNRESET|EPIPE|[Cc]onnection reset by peer|Connection aborted|RemoteDisconnected|Broken pipe"
    r"|server closed the connection unexpectedly|MySQL server has gone away"
)
MARKS = ("ECONNRESET", "EPIPE", "onnection", "RemoteDisconnected", "Broken pipe", "gone away")
"""Every match holds one of these."""
IDLE = 350
"""Seconds after which NAT gateways and endpoints forget a connection without traffic."""


@rule(Severity.MEDIUM)
def connection_stale(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = [one for one in invocations.matching(RESET, *MARKS) if _idle(invocations, one) > IDLE]
    if not met:
        return
    last = met[-1]
    text = found_in(last, RESET).string
    idle = _idle(invocations, last)
    yield Problem(
        message=f"a kept connection was closed while its environment was idle for {idle / 60:.0f} minutes, {times(met)}",
        evidence=(cite_log(function, "errorMessage", in_line(text), last.at),),
        fixes=(
            Fix(
                title="check a kept connection before use, keep it alive, or try once more after a reset",
                applicability=Applicability.MANUAL,
                note="SQLAlchemy: pool_pre_ping; botocore: tcp_keepalive; others: reconnect on the first error",
            ),
        ),
        confidence=Confidence.LIKELY,
        explains=shown(met),
    )


def _idle(invocations: Invocations, one: Invocation) -> float:
    """Seconds between the end of the environment's last invocation and this one; 0 for a new environment."""
    before = invocations.before(one)
    if not before:
        return 0.0
    return (one.at - before[-1].at).total_seconds() - (before[-1].duration or 0.0) / 1000
