"""A function whose reserved concurrency is too small for its bursts, and one with plenty."""

from collections.abc import Callable, Sequence
from functools import reduce

from msgspec.structs import replace

from doctor.logs.invocations import LogEvent
from tests.incidents.twelve_faults.deploy import change, execution_role, function, invoke_permission, log_group
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.scene import ACCOUNT, REGION, ago
from tests.incidents.twelve_faults.visits import jitter

API = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:k3v9q2m7xd/*/POST"
ARTICLES = ("KB-104", "MS-220", "HD-550", "CB-017", "DK-300")
GAP = 0.07
"""Seconds between the starts of two environments of a burst."""


def parts() -> list[Part]:
    return [stock_reserve(), stock_level()]


def stock_reserve() -> Part:
    name = "stock-reserve"
    latest = function(name, runtime="nodejs22.x", handler="index.handler", timeout=10, memory=256, reserved=2)
    permission = invoke_permission(name, sid="shop-api", service="apigateway", source_arn=f"{API}/{name}")
    refused = {146.3: 0, 103.8: 9, 72.5: 14, 46.9: 3, 23.6: 21, 4.7: 17}

    def run(minutes: float, seconds: float) -> Run:
        lines = 3 + int(minutes * 10 + seconds) % 3
        each = jitter(name, f"{minutes} {seconds}", around=452, spread=0.004)
        said = [
            (each * (n + 1), f"{1 + n % 2} x {ARTICLES[n]} reserved on {_shelf(ARTICLES[n])}") for n in range(lines)
        ]
        return Run(at=ago(minutes=minutes, seconds=-seconds), needs=each * lines + 1.6, memory=72, said=said)

    return Part(
        function=replace(latest, policy=permission),
        resources=(execution_role(name), log_group(name)),
        log=_bursts(Journal(function=latest), list(refused), run, wide=2, long=2, every=2.6),
        throttled={ago(minutes=minutes, seconds=-1): count for minutes, count in refused.items() if count},
        changes=(change(ago(hours=22, minutes=5), "PutFunctionConcurrency20171031", "lambda", latest.function_arn),),
    )


def stock_level() -> Part:
    name = "stock-level"
    latest = function(name, runtime="nodejs22.x", handler="index.handler", timeout=10, memory=256, reserved=50)
    permission = invoke_permission(name, sid="shop-api", service="apigateway", source_arn=f"{API}/{name}")

    def run(minutes: float, seconds: float) -> Run:
        took = jitter(name, f"{minutes} {seconds}", around=543, spread=0.01)
        said = [(took - 0.7, f"{1 + int(minutes * 10) % 5} articles counted in 3 warehouses")]
        return Run(at=ago(minutes=minutes, seconds=-seconds), needs=took, memory=71, said=said)

    return Part(
        function=replace(latest, policy=permission),
        resources=(execution_role(name), log_group(name)),
        log=_bursts(Journal(function=latest), [103.9, 46.8, 4.6], run, wide=6, long=1, every=1.0),
    )


def _bursts(
    journal: Journal,
    bursts: Sequence[float],
    run: Callable[[float, float], Run],
    *,
    wide: int,
    long: int,
    every: float,
) -> tuple[LogEvent, ...]:
    """At each of these minutes before the snapshot ``wide`` environments side by side, with ``long`` calls each."""
    events: tuple[LogEvent, ...] = ()
    for minutes in bursts:
        for number in range(wide):
            runs = (run(minutes, round(GAP * number + every * turn, 2)) for turn in range(long))
            took = jitter(journal.function.function_name, f"{minutes} {number}", around=141)
            events += journal.environment(*runs, init=took)
    return events


def _shelf(article: str) -> str:
    """Where the handler says an article lies."""
    number = reduce(lambda total, letter: (total * 31 + ord(letter)) % 997, article, 7)
    return f"shelf-{number:03d}"
