"""Large accounts, made of the shipped incident: each function with what belongs to it, under names of its own.

An account as there are: eight functions in a hundred fail, each by one of the incident's twelve faults; of the others one in
five is in a VPC, and one in five is polled for, one in eight is called by a schedule and one in eight by an alias. Every
function has a role and a log group of its own, and its queues. What ``collect`` reads of such an account is there: eleven
metrics of each function, packages and logs of those that fail and of the hundred busiest; the rest is in the gaps.

``whole``: as if the log of every function had been read. ``troubled``: and as if every second one failed.
"""

import itertools
import re
from collections.abc import Iterator
from functools import cache

import msgspec
from msgspec.structs import replace

from doctor.aws.collectors import invoking
from doctor.aws.stages import MOST_LOGS
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.function import EventSourceMapping, Function
from doctor.model.record import Record
from doctor.model.snapshot import Resource, Snapshot
from doctor.model.telemetry import Invocation, MetricSeries
from doctor.model.triggers import Queue
from doctor.shelf import demo
from doctor.store import snapshots

KINDS = ("collected", "whole", "troubled")
FAILING = (
    "address-verify",
    "checkout-quote",
    "crm-sync",
    "invoice-render",
    "label-print",
    "order-archive",
    "parcel-track",
    "price-index",
    "refund-notify",
    "statement-export",
    "stock-reserve",
    "usage-rollup",
)
WELL = (
    *("crm-export",) * 8,  # in a VPC
    *("parcel-notify",) * 8,  # polled for
    *("usage-digest",) * 5,  # called by a schedule
    *("checkout-tax",) * 5,  # by an alias
    *("stock-level", "order-intake", "refund-audit", "price-lookup", "receipt-render", "label-preview") * 2,
    *("contact-verify", "ledger-export"),
)
_LAST = 5
"""Invocations of each function."""
_METRICS = 11
"""Series of each function that ``collect`` asks for."""


class _Neighbourhood(Record):
    """A function with what is its own."""

    resources: tuple[Resource, ...]
    invocations: tuple[Invocation, ...]
    metrics: tuple[MetricSeries, ...]


@cache
def _seed() -> Snapshot:
    return snapshots.read(demo())


@cache
def _template(name: str) -> tuple[str, re.Pattern[str]]:
    """The neighbourhood of a function as JSON, and a pattern for every name in it that is its own."""
    seed = _seed()
    every = seed.resources.values()
    word = re.compile(rf"(?<![\w-]){name}(?![\w-])")
    own = [one for one in every if word.search(msgspec.json.encode(one).decode())]
    sources = {one.event_source_arn for one in own if isinstance(one, EventSourceMapping)}
    own += [one for one in every if isinstance(one, Queue) and one.arn in sources]
    roles = {one.role for one in own if isinstance(one, Function)}
    own += [one for one in every if one.arn in roles and one not in own]
    arn = next(one.arn for one in own if isinstance(one, Function) and one.version == "$LATEST")
    metrics = seed.metrics.get(arn, ())
    made = _Neighbourhood(
        resources=tuple(own),
        invocations=seed.invocations.get(arn, ())[-_LAST:],
        metrics=tuple(itertools.islice(itertools.cycle(metrics), _METRICS)) if metrics else (),
    )
    names = {arns.name(one.arn) for one in own} | {name}
    pattern = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return msgspec.json.encode(made).decode(), re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])")


def _copy(name: str, number: int) -> _Neighbourhood:
    text, own = _template(name)
    return msgspec.json.decode(own.sub(lambda match: f"{match[0]}-{number:05d}", text), type=_Neighbourhood)


def _chosen(number: int, share: float) -> str:
    """The function to copy: failing ones spread evenly over the account."""
    if int((number + 1) * share) > int(number * share):
        return FAILING[int(number * share) % len(FAILING)]
    return WELL[number * 7 % len(WELL)]


def large(functions: int, kind: str = "collected") -> Snapshot:
    """An account of so many functions, of one of the kinds."""
    seed, own = _seed(), {*FAILING, *WELL}
    shared = {
        arn: one
        for arn, one in seed.resources.items()
        if arns.name(arn).removesuffix("-role") not in own and not isinstance(one, Function)
    }
    resources: dict[str, Resource] = dict(shared)
    invocations: dict[str, tuple[Invocation, ...]] = {}
    metrics: dict[str, tuple[MetricSeries, ...]] = {}
    gaps: list[Gap] = []
    for number in range(functions):
        name = _chosen(number, 0.5 if kind == "troubled" else 0.08)
        made = _copy(name, number)
        function = next(one for one in made.resources if isinstance(one, Function) and one.version == "$LATEST")
        looked_at = kind != "collected" or name in FAILING
        parts = made.resources if looked_at else tuple(_glimpsed(made.resources))
        resources |= {one.arn: one for one in parts}
        metrics[function.arn] = made.metrics
        if looked_at or number < MOST_LOGS:
            invocations[function.arn] = made.invocations
        if kind == "collected" and name not in FAILING:
            gaps += _unread(function, logs=number >= MOST_LOGS)
    return replace(seed, resources=resources, invocations=invocations, metrics=metrics, gaps=tuple(gaps))


def _glimpsed(resources: tuple[Resource, ...]) -> Iterator[Resource]:
    for one in resources:
        yield replace(one, package=None) if isinstance(one, Function) else one


def _unread(function: Function, *, logs: bool) -> Iterator[Gap]:
    """What is not asked of a function that nothing tells of trouble of, as ``collect`` says it."""
    if logs:
        yield Gap(
            reason="not_asked",
            call=Call(service="logs", operation="FilterLogEvents", parameters={"logGroupName": function.log_group}),
            resource=function.log_group_arn,
        )
    detail = Call(service="lambda", operation="GetFunction", parameters={"FunctionName": function.function_name})
    for call in (detail, *invoking.calls_of(function)):
        yield Gap(reason="not_asked", call=call, resource=function.arn)
