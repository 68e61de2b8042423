"""How a function is configured: AWS's names, AWS's values."""

from collections.abc import Iterator

from doctor.model.function import Function
from doctor.model.report import FunctionDetail
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import fields, heading, item, join, measure
from doctor.report.lines.spans import Line, Span


def _size(one: Function) -> str:
    zipped = f"{_bytes(one.code_size)} zipped"
    if one.package is None:
        return zipped + ", package not read"
    files = words.count(one.package.files, "file")
    return f"{zipped}, {_bytes(one.package.unzipped_size)} unzipped, {files}"


def _bytes(number: int) -> str:
    """``1.1 MB``, below that ``12 KB``."""
    return f"{number / 1_048_576:.1f} MB" if number >= 1_048_576 else f"{max(1, round(number / 1024))} KB"  # noqa: PLR2004 -- a mebibyte


def _concurrency(one: Function) -> str:
    reserved = one.reserved_concurrent_executions
    return "shares the account's" if reserved is None else str(reserved)


def _settings(one: Function) -> list[tuple[str, str]]:
    reason = f": {one.state_reason}" if one.state_reason else ""
    update = f": {one.last_update_status_reason}" if one.last_update_status_reason else ""
    return [
        ("FunctionArn", one.function_arn),
        ("Runtime", one.runtime or f"container image ({one.package_type})"),
        ("Handler", one.handler),
        ("Architectures", ", ".join(one.architectures)),
        ("MemorySize", f"{one.memory_size} MB"),
        ("Timeout", f"{one.timeout} s"),
        ("EphemeralStorage", f"{one.ephemeral_storage.size} MB"),
        ("Role", one.role),
        ("ReservedConcurrency", _concurrency(one)),
        ("State", one.state + reason),
        ("LastUpdateStatus", one.last_update_status + update),
        ("LastModified", one.last_modified),
        ("CodeSize", _size(one)),
        ("CodeSha256", one.code_sha256),
        ("DeadLetterConfig", one.dead_letter_config.target_arn or "none"),
        ("TracingConfig", one.tracing_config.mode),
    ]


def _function(one: Function, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    yield heading(f"VERSION {one.version}", cells, glyphs)
    named: list[tuple[str, Span]] = [(name, (text, "text")) for name, text in _settings(one) if text]
    yield from fields(named, cells, glyphs)


def _network(one: Function, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    vpc = one.vpc_config
    yield heading("NETWORK", cells, glyphs)
    if not vpc.subnet_ids:
        yield from item((glyphs.none, "dim"), ("in no VPC of the account", "text"), cells)
        return
    named: list[tuple[str, Span]] = [
        ("VpcId", (vpc.vpc_id, "text")),
        ("SubnetIds", (", ".join(vpc.subnet_ids), "text")),
        ("SecurityGroupIds", (", ".join(vpc.security_group_ids), "text")),
    ]
    yield from fields(named, cells, glyphs)


def _environment(one: Function, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    variables = one.environment.variables
    if not variables:
        return
    yield heading("ENVIRONMENT", cells, glyphs)
    named: list[tuple[str, Span]] = [
        (name, (given, "text") if isinstance(given, str) else (str(given), "dim"))
        for name, given in sorted(variables.items())
    ]
    yield from fields(named, cells, glyphs)


def _layers(one: Function, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    if not one.layers:
        return
    yield heading("LAYERS", cells, glyphs, (("in order", "dim"),))
    for layer in one.layers:
        size = f"{layer.code_size / 1024:.0f} KB"
        yield from item((glyphs.info, "dim"), (layer.arn, "text"), cells, size)


def _aliases(detail: FunctionDetail, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    if not detail.aliases:
        return
    yield heading("ALIASES", cells, glyphs)
    for one in detail.aliases:
        weights = one.routing_config.additional_version_weights
        also = "".join(f", {share:.0%} to version {version}" for version, share in weights.items())
        text = f"{one.name} {glyphs.arrow} version {one.function_version}{also}"
        yield from item((glyphs.pointer, "key"), (text, "text"), cells)


def page(detail: FunctionDetail, cells: int, glyphs: Glyphs) -> list[Line]:
    """``$LATEST`` whole, the published versions and the aliases."""
    room = measure(cells)
    blocks: list[Iterator[Line]] = []
    for number, one in enumerate(detail.versions):
        blocks.append(_function(one, room, glyphs))
        if number == 0:
            blocks += [part(one, room, glyphs) for part in (_network, _environment, _layers)]
            blocks.append(_aliases(detail, room, glyphs))
    if not blocks:
        missing = "The configuration was not read: see what was not seen."
        blocks.append(item((glyphs.unknown, "unknown"), (missing, "text"), room))
    return join(blocks)
