"""A world of which only a log is known: what the log tells is there, everything else lies behind a gap."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from doctor.engine.asking import Skipping
from doctor.engine.diagnose import diagnose
from doctor.engine.facts import Fact
from doctor.engine.reads import GRAIN_READS
from doctor.engine.rule import Rule
from doctor.engine.world import Unseen, World
from doctor.logs.invocations import invocations as read_invocations
from doctor.logs.pasted import Pasted
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.finding import Diagnosis, Evidence, Finding
from doctor.model.function import Function
from doctor.model.redaction import redact_text
from doctor.model.report import FunctionDetail
from doctor.model.snapshot import Resource, Scope, Snapshot
from doctor.model.telemetry import Invocation

NAMELESS = "FUNCTION"
"""What a function is called whose name neither the log nor the user tells."""
SOURCE = "the log"
"""What is cited in place of a call to AWS."""
_LOG = "logs:FilterLogEvents"
"""The read that a log stands for."""
_NOWHERE = Scope(account="000000000000", region="unknown")
_CONFIGURATION = Gap(reason="not_asked", call=Call(service="lambda", operation="GetFunctionConfiguration"))
_PACKAGE = Call(service="lambda", operation="GetFunction")
_HARMLESS = frozenset(
    ("function_name", "function_arn", "version", "last_modified", "package", "layers", "architectures", "extra", "told")
)
"""Fields whose emptiness says "not told" to everybody who reads them; of the rest a default would be a claim."""
_RUNTIME = re.compile(
    r"(?:INIT_START Runtime Version: |\"runtimeVersion\":\s*\")(?P<name>[a-z]+):(?P<version>[\w.]+?)\.v\d"
)
_IDENTIFIERS = {"nodejs": "{}{}.x", "provided": "{}.{}"}
"""How an identifier is made of a name and a version, where it is not both in a row."""
_FAMILIES = (
    ("python", re.compile(r"Traceback \(most recent call last\)|^\[ERROR\] [\w.]+:|Unable to import module '[^']*': ")),
    (
        "nodejs?.x",
        re.compile(
            r"\tERROR\t(?:Invoke Error|Uncaught Exception|Unhandled Promise)|\bnode:internal/|/var/runtime/index\.mjs"
            r"|JavaScript heap out of memory"
        ),
    ),
    (
        "java",
        re.compile(
            r"^\s+at (?:[\w.]+/)?[\w.$]+\([\w ]+(?:\.java:\d+)?\)|\bjava\.lang\.\w+(?:Error|Exception)\b", re.MULTILINE
        ),
    ),
    ("provided.?", re.compile(r"/var/task/bootstrap\b|^goroutine \d+ \[|\bRuntime\.InvalidEntrypoint\b", re.MULTILINE)),
)
"""Runtimes by their words: of which version they are is not told, and none is an identifier, for old ones had no number."""
_HANDLERS = (
    re.compile(r"Handler '(?P<name>[^']+)' missing on module '(?P<module>[^']+)'"),
    re.compile(r"Unable to import module '(?P<module>[^']+)'"),
    re.compile(r"Bad handler '(?P<name>[^']+)'"),
    re.compile(r"(?P<name>[\w./-]+) is (?:undefined or not exported|not a function)"),
)
_TIMEOUT = re.compile(r"Task timed out after (?P<seconds>[\d.]+) seconds")


class LoggedFunction(Function):
    """A version of a function as far as its log tells of it. To ask for what it does not tell raises ``Unseen``."""

    told: frozenset[str] = frozenset()

    def __getattribute__(self, name: str) -> Any:
        """Give what was told."""
        fields = type(self).__struct_fields__
        if name in fields and name not in _HARMLESS and name not in super().__getattribute__("told"):
            raise Unseen(replace(_CONFIGURATION, resource=super().__getattribute__("function_arn")))
        return super().__getattribute__(name)

    @property
    def log_group(self) -> str:
        """Where the lines would have been; the real name is not told."""
        return f"/aws/lambda/{self.function_name}"


class LogWorld(World):
    """The world of a log: every version that wrote into it is of interest, whoever invokes it."""

    @cached_property
    def live(self) -> list[Function]:
        """The versions that wrote into the log."""
        return self.all(Function)


def invocations(pasted: Pasted, key: bytes) -> tuple[Invocation, ...]:
    """The invocations of a pasted log, what looks like a secret in them replaced; empty: it is no log of a function."""
    found = read_invocations(pasted.events, whole=False)
    return tuple(_redacted(one, key) for one in _in_environments(found))


def _in_environments(those: Sequence[Invocation]) -> Iterator[Invocation]:
    """Where no stream is named, an initialisation begins another environment."""
    number = 0
    for one in those:
        number += one.init_duration is not None or bool(one.inits)
        yield one if one.log_stream else replace(one, log_stream=f"environment {number}")


def _redacted(one: Invocation, key: bytes) -> Invocation:
    lines = tuple(replace(line, message=redact_text(line.message, key)) for line in one.lines)
    return replace(one, lines=lines, error_message=redact_text(one.error_message, key))


def with_log(seen: Snapshot, function: Function, those: Sequence[Invocation]) -> Snapshot:
    """What was read of an account, with a log's invocations of one function in place of those that AWS keeps."""
    gaps = tuple(
        gap for gap in seen.gaps if not (gap.call.name == _LOG and gap.resource.startswith(function.log_group_arn))
    )
    ran = {**seen.invocations, arns.unqualified(function.arn): tuple(those)}
    return replace(seen, invocations=ran, gaps=gaps)


def snapshot(those: Sequence[Invocation], name: str, now: datetime) -> Snapshot:
    """What a log tells about the function of that name."""
    arn = arns.function(_NOWHERE.region, _NOWHERE.account, name or NAMELESS)
    versions = sorted({one.version for one in those})
    functions = [_function(arn, version, [one for one in those if one.version == version]) for version in versions]
    return Snapshot(
        taken_at=now,
        scope=_NOWHERE,
        resources={one.arn: one for one in functions},
        invocations={arn: tuple(those)},
        gaps=tuple(Gap(reason="not_asked", call=_PACKAGE, resource=one.arn) for one in functions),
    )


def shown(seen: Snapshot) -> Snapshot:
    """The same to look at: functions as plain data, empty where nothing is told, with the row of ``$LATEST``."""
    functions = [_plain(one) for one in seen.resources.values() if isinstance(one, LoggedFunction)]
    latest = [replace(one, function_arn=arns.unqualified(one.arn), version="$LATEST") for one in functions[:1]]
    by_arn: dict[str, Resource] = {one.arn: one for one in (*latest, *functions)}
    uncounted = Gap(reason="not_asked", call=Call(service="cloudwatch", operation="GetMetricData"))
    return replace(seen, resources=by_arn, gaps=(uncounted,))


def diagnose_log(seen: Snapshot, rules: Iterable[Rule]) -> Diagnosis:
    """What the rules say that need no more than a log; each of the others is a skip. Nobody can send its fixes from here."""
    every = sorted(rules, key=lambda one: one.name)
    missing = {one.name: gap for one in every if (gap := _missing(one)) is not None}
    said = diagnose(LogWorld(seen), [one for one in every if one.name not in missing])
    skipping = Skipping(every)
    skips = [
        skip
        for arn in sorted(seen.resources)
        for skip in skipping.of(arn, [(gap, (name,)) for name, gap in missing.items()])
    ]
    return replace(
        said,
        rules=tuple(one.name for one in every),
        findings=tuple(_honest(one) for one in said.findings),
        skips=tuple(sorted((*said.skips, *skips), key=lambda one: (one.gap.call.name, one.rules, one.subject))),
    )


def without_invented(detail: FunctionDetail) -> FunctionDetail:
    """A page about a log whose evidence says that it is from there, and has no times but those that lines of it have."""
    told = {line.at for one in detail.invocations for line in one.lines if line.timed}

    def honest(one: Evidence) -> Evidence:
        if one.source not in (SOURCE, _LOG):
            return one
        return replace(one, source=SOURCE, at=one.at if one.at in told else None)

    findings = (
        replace(one, problem=replace(one.problem, evidence=tuple(map(honest, one.problem.evidence))))
        for one in detail.findings
    )
    return replace(detail, findings=tuple(findings))


def _missing(rule: Rule) -> Gap | None:
    """The first read that a rule needs beside the log and the function itself."""
    reads = (read for _, need in rule.needs for read in (need.reads if issubclass(need, Fact) else GRAIN_READS[need]))
    needed = next((read for read in reads if read != _LOG and read not in GRAIN_READS[Function]), None)
    if needed is None:
        return None
    service, _, operation = needed.partition(":")
    return Gap(reason="not_asked", call=Call(service=service, operation=operation))


def _honest(finding: Finding) -> Finding:
    problem = finding.problem
    evidence = tuple(replace(one, source=SOURCE) for one in problem.evidence)
    fixes = tuple(replace(fix, steps=()) for fix in problem.fixes)
    return replace(finding, problem=replace(problem, evidence=evidence, fixes=fixes))


def _function(arn: str, version: str, those: Sequence[Invocation]) -> LoggedFunction:
    """One version, with what its lines tell of its configuration."""
    lines = [line.message for one in those for line in one.lines]
    found: dict[str, Any] = {
        "runtime": _runtime(lines),
        "handler": _handler(those),
        "memory_size": next((one.memory_size for one in reversed(those) if one.memory_size), None),
        "timeout": _timeout(those, lines),
    }
    found = {name: value for name, value in found.items() if value}
    qualified = arn if version == "$LATEST" else f"{arn}:{version}"
    return LoggedFunction(
        function_name=arns.name(arn),
        function_arn=qualified,
        version=version,
        architectures=(),
        told=frozenset(found),
        **found,
    )


def _plain(one: LoggedFunction) -> Function:
    known = {name: getattr(one, name) for name in ("function_name", "function_arn", "version", *sorted(one.told))}
    return Function(**{"timeout": 0, "memory_size": 0, "architectures": (), "package_type": "", **known})


def _runtime(lines: Iterable[str]) -> str:
    """The runtime by its identifier; its family alone where only the words of its errors tell; empty: not told."""
    family = ""
    for line in lines:
        if match := _RUNTIME.search(line):
            major = match["version"]
            return _IDENTIFIERS.get(match["name"], "{}{}").format(match["name"], major)
        family = family or next((name for name, words in _FAMILIES if words.search(line)), "")
    return family


def _handler(those: Sequence[Invocation]) -> str:
    """The Handler as the latest error names it; ``?`` stands for the part that it does not name."""
    for one in reversed(those):
        for pattern in _HANDLERS:
            if one.error_type.startswith("Runtime.") and (match := pattern.search(one.error_message)):
                parts = match.groupdict()
                module, name = parts.get("module"), parts.get("name", "?")
                return f"{module}.{name}" if module else name
    return ""


def _timeout(those: Sequence[Invocation], lines: Iterable[str]) -> int | None:
    """Seconds at which the latest time-out came."""
    told = [float(match["seconds"]) for line in lines if (match := _TIMEOUT.search(line))]
    ended = [one.duration / 1000 for one in those if one.status == "timeout" and one.duration]
    found = (told or ended)[-1:]
    return round(found[0]) if found else None
