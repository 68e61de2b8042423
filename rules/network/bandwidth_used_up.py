"""Large transfers all go at the same pace: that of the network of one execution environment.

An environment sends and receives at most 625 megabits (78 megabytes) a second, unless it is given more. What moves gigabytes takes as long as that,
however fast the other side is. It shows where the function tells sizes and durations of its transfers: all large ones come close to the
ceiling, none goes beyond it.

Told apart: slower, or unequal, transfers wait for the other side; a NAT gateway or a proxy on the way may have a ceiling of its own, so this is
called possible, not more.

Covers: net-bandwidth-cap
Fix: outside a VPC more memory brings more bandwidth, from 2,048 MB on; in a VPC, or beyond that, share the work among invocations, and read only the parts
that are needed.
See: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
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
    cite,
    cite_log,
    more_memory,
    rule,
)

CEILING = 625e6 / 8
"""Bytes a second."""
NEAR = (0.85, 1.03)
"""Between which shares of the ceiling a transfer counts as being at it: what is told is rounded, and has a head and a tail."""
LARGE = 300e6
"""Bytes: about four seconds, so that connecting does not matter."""
ENOUGH = 3
SCALES_FROM = 2048
"""MB of memory."""
_UNITS = {
    "b": 1.0,
    "byte": 1.0,
    "bytes": 1.0,
    "kb": 1e3,
    "mb": 1e6,
    "gb": 1e9,
    "kib": 2.0**10,
    "mib": 2.0**20,
    "gib": 2.0**30,
}
_SIZE = re.compile(r"(\d[\d,_]*(?:\.\d+)?)\s*(bytes?|[kmg]?i?b)\b", re.IGNORECASE)
_TIME = re.compile(r"\b(?:in|took|after)\s+(\d+(?:\.\d+)?)\s*(ms|milliseconds|s|secs?|seconds)\b", re.IGNORECASE)


@rule(Severity.INFO, advice=True)
def bandwidth_used_up(function: Function, invocations: Invocations) -> Iterator[Problem]:
    shortest = 1000 * LARGE / CEILING / NEAR[1]
    now = [one for one in invocations.all if one.memory_size in (None, function.memory_size)]
    lasted = [one for one in now if (one.duration or 0) >= shortest]
    told = [(one, size, seconds) for one in lasted for size, seconds in _transfers(one)]
    rates = [size / seconds / CEILING for _, size, seconds in told]
    if len(rates) < ENOUGH or min(rates) < NEAR[0] or max(rates) > NEAR[1]:
        return
    largest = max(size for _, size, _ in told)
    slow, fast = (f"{share * CEILING / 1e6:.0f}" for share in (min(rates), max(rates)))
    yield Problem(
        message=f"{len(told)} transfers of up to {largest / 1e9:.1f} GB went at {slow} to {fast} MB/s: an environment has 625 Mbit/s, which are 78 MB/s",
        evidence=(
            cite(function, "memory_size"),
            cite(function, "vpc_config"),
            *(
                cite_log(function, "a transfer", f"{size / 1e6:.0f} MB in {seconds:.1f} s", one.at)
                for one, size, seconds in told
            ),
        ),
        fixes=(
            *(
                more_memory(function, max(function.memory_size, SCALES_FROM))
                if not function.vpc_config.subnet_ids
                else ()
            ),
            Fix(
                title="share the work among several invocations, each with a part of the data",
                applicability=Applicability.MANUAL,
            ),
        ),
        confidence=Confidence.POSSIBLE,
    )


def _transfers(one: Invocation) -> Iterator[tuple[float, float]]:
    """Sizes in bytes and durations in seconds, of large transfers that the handler's own lines tell of."""
    for line in one.lines:
        size = None if line.platform else _SIZE.search(line.message)
        time = _TIME.search(line.message) if size else None
        if size is None or time is None:
            continue
        whole = float(size[1].replace(",", "").replace("_", "")) * _UNITS[size[2].lower()]
        seconds = float(time[1]) / (1000 if time[2].lower().startswith("m") else 1)
        if whole >= LARGE and seconds > 0:
            yield whole, seconds
