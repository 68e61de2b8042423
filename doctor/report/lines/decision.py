"""What IAM decides about one request, as a tree: every layer, the statements that apply, what decides, what nearly did."""

from collections.abc import Iterable, Iterator, Sequence

from doctor.model.decision import (
    Decision,
    Flaw,
    LayerDecision,
    LayerName,
    LayerResult,
    NearMiss,
    StatementMatch,
    StatementRef,
    Verdict,
)
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join, measure, paragraph
from doctor.report.lines.spans import Line, Role, Span

_LAYERS: dict[LayerName, str] = {
    "identity": "the role's policies",
    "boundary": "permissions boundary",
    "session": "session policy",
    "resource": "the resource's policy",
    "scp": "service control policies",
    "rcp": "resource control policies",
    "endpoint": "VPC endpoint policy",
}
_RESULTS: dict[LayerResult, tuple[str, Role]] = {
    "allowed": ("allows it", "ok"),
    "implicitly_denied": ("no statement allows it", "critical"),
    "explicitly_denied": ("denies it", "critical"),
    "depends": ("depends", "unknown"),
    "absent": ("none", "dim"),
    "not_seen": ("not seen", "unknown"),
}
_INDENT: Line = (("  ", "text"),)
_NEUTRAL: tuple[str, Role] = ("no statement allows it", "dim")
"""Of a layer that another's Allow makes up for."""


def page(decision: Decision, cells: int, glyphs: Glyphs) -> list[Line]:
    """The verdict, the layers, and what the verdict rests on."""
    room = measure(cells)
    return join(
        [
            _verdict(decision, room, glyphs),
            _tree(decision, room, glyphs),
            _list("ASSUMED", decision.assumptions, (glyphs.unknown, "unknown"), room, glyphs),
            _list(
                "CONDITION KEYS WITHOUT A KNOWN VALUE",
                map(_key, decision.unknown_keys),
                (glyphs.unknown, "unknown"),
                room,
                glyphs,
            ),
            _list("MALFORMED", map(_flaw, decision.flaws), (glyphs.warning, "warning"), room, glyphs),
        ]
    )


def _verdict(decision: Decision, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    signs: dict[Verdict, Span] = {
        "allowed": (glyphs.done, "ok"),
        "denied": (glyphs.critical, "critical"),
        "depends": (glyphs.unknown, "unknown"),
    }
    yield from paragraph((signs[decision.result], (" ", "text")), _INDENT, (words(decision), "bold"), cells)
    yield from paragraph(_INDENT, _INDENT, (f"{decision.action} on {decision.resource}", "text"), cells)
    yield from paragraph(_INDENT, _INDENT, (f"as {decision.principal}", "dim"), cells)


def words(decision: Decision) -> str:
    """The verdict in words: never a bare ``allowed`` where something was taken for granted."""
    if decision.result == "allowed":
        return "allowed, assuming what is below" if decision.assumptions else "allowed"
    if decision.result == "depends":
        return "depends on what was not seen"
    return "denied by a statement" if decision.explicit else "denied, for want of an Allow"


def _tree(decision: Decision, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    for number, layer in enumerate(decision.layers, 1):
        yield from _layer(decision, layer, cells, glyphs, last=number == len(decision.layers))


def _layer(decision: Decision, layer: LayerDecision, cells: int, glyphs: Glyphs, *, last: bool) -> Iterator[Line]:
    decides = layer.layer in decision.blockers
    text, role = _RESULTS[layer.result]
    if layer.result == "implicitly_denied" and not decides:
        text, role = _NEUTRAL
    where = f" at {layer.target}" if layer.target else ""
    tail: Line = (("decides", "bold"),) if decides else ()
    sign = {"ok": glyphs.ok, "critical": glyphs.critical, "unknown": glyphs.unknown}.get(role, glyphs.none)
    first: Line = ((f"{glyphs.last if last else glyphs.branch} ", "dim"), (f"{sign} ", role))
    guide: Line = (("   " if last else f"{glyphs.trunk} ", "dim"),)
    said = f"{_LAYERS[layer.layer]}{where}: {text}"
    yield from paragraph(first, (*guide, ("  ", "text")), (said, role), cells, tail)
    leaves = [*map(_match, layer.matches), *(_near(one) for one in decision.near_misses if _is_of(one, layer))]
    yield from _leaves(leaves, guide, cells, glyphs)


def _leaves(leaves: Sequence[Span], guide: Line, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    for number, leaf in enumerate(leaves, 1):
        last = number == len(leaves)
        first: Line = (*guide, (f"{glyphs.last if last else glyphs.branch} ", "dim"))
        rest: Line = (*guide, ("   " if last else f"{glyphs.trunk} ", "dim"))
        yield from paragraph(first, rest, leaf, cells)


def _match(one: StatementMatch) -> Span:
    effect = one.statement.effect
    applies = effect if one.certain else f"{effect}, if its conditions hold"
    named = f", names the caller: {one.principal}" if one.principal else ""
    role: Role = "unknown" if not one.certain else "ok" if effect == "Allow" else "critical"
    return f"{applies}: {statement(one.statement)}{named}", role


def _near(one: NearMiss) -> Span:
    return f"nearly, but for its {one.element}: {statement(one.statement)}: {one.hint}", "warning"


def _is_of(one: NearMiss, layer: LayerDecision) -> bool:
    return (one.statement.layer, one.statement.target) == (layer.layer, layer.target)


def statement(one: StatementRef) -> str:
    """A statement by its policy, its place from 1, and its Sid where it has one."""
    sid = f" ({one.sid})" if one.sid else ""
    return f"{one.policy}, statement {one.index + 1}{sid}"


def _list(title: str, texts: Iterable[str], sign: Span, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    rows = list(texts)
    if rows:
        yield heading(title, cells, glyphs)
    for text in rows:
        yield from item(sign, (text, "text"), cells)


def _key(name: str) -> str:
    return f"{name}: give it with --context {name}=VALUE"


def _flaw(one: Flaw) -> str:
    place = "" if one.index is None else f", statement {one.index + 1}"
    return f"{one.policy}{place}: {one.message}"
