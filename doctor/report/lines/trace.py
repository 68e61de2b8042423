"""Whether a function's packets get to a destination and back: the verdict, what stops them, and every hop."""

from collections.abc import Iterable, Iterator, Sequence

from doctor.model.call import Gap
from doctor.model.finding import Evidence
from doctor.model.trace import Blocker, Header, Hop, Notice, Passage, Path, Trace, Traced, Verdict
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import divider, heading, item, join, measure, paragraph
from doctor.report.lines.spans import Line, Role, Span

_VERDICTS: dict[Verdict, str] = {
    "reachable": "reachable",
    "unreachable": "unreachable",
    "partial": "reachable in part",
    "unknown": "cannot be told",
}


def page(
    function: str, found: Sequence[Traced], cells: int, glyphs: Glyphs, *, unread: Sequence[str] = (), where: str = ""
) -> list[Line]:
    """Every trace of a function, one below the other, and where destinations may be that nobody could read.

    ``where`` is how the user named the account, for the command to type next.
    """
    room = measure(cells)
    blocks = [_one(one, room, glyphs) for one in found]
    if not found:
        blocks.append(_nothing(function, where, room, glyphs))
    if len(found) > 1:
        blocks.insert(0, _summary(found, room, glyphs))
    return join([*blocks, _list("NOT LOOKED AT", unread, (glyphs.unknown, "unknown"), room, glyphs)])


def _nothing(function: str, where: str, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    command = " ".join(filter(None, ("doctor trace", function, "HOST:PORT", where)))
    text = f"nothing tells what {function} connects to: no variable, no client in its source, no event source in a VPC"
    yield from item((glyphs.unknown, "unknown"), (text, "text"), cells)
    yield from item((" ", "dim"), (f"name a destination: {command}", "dim"), cells)


def _summary(found: Sequence[Traced], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    yield heading("WHAT IT IS KNOWN TO NEED", cells, glyphs)
    for one in found:
        yield from item(_sign(one.verdict, glyphs), (_where(one), "bold"), cells, _VERDICTS[one.verdict])


def _one(one: Traced, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    body = [] if one.trace is None else _body(one.trace, cells, glyphs)
    yield from join([_head(one, cells, glyphs), *body])


def _head(one: Traced, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    sign, role = _sign(one.verdict, glyphs)
    share = _share(one.trace) if one.trace is not None else ""
    text = f"{_VERDICTS[one.verdict]}{share}: {_where(one)}"
    yield from paragraph(((f"{sign} ", role),), (("  ", "text"),), (text, role), cells)
    if one.why:
        yield from paragraph((("  ", "dim"),), (("  ", "dim"),), (one.why, "unknown"), cells)
    for place in one.needed.told:
        lead: Line = (("  told by ", "dim"),)
        yield from paragraph(lead, (("          ", "dim"),), (_place(place), "text"), cells, place.source)


def _where(one: Traced) -> str:
    wanted = one.needed.destination
    name = wanted.host or wanted.value
    port = one.trace.port if one.trace is not None else wanted.port
    return f"{name}:{port}" if port else name


def _share(trace: Trace) -> str:
    """From how many of the subnets, where there are several."""
    if len(trace.subnets) < 2:  # noqa: PLR2004 -- of one subnet there is no share
        return ""
    same = sum(verdict == trace.verdict for verdict in trace.subnets.values())
    if trace.verdict == "partial":
        same = sum(verdict == "reachable" for verdict in trace.subnets.values())
    return f" from {same} of {len(trace.subnets)} subnets"


def _place(place: Evidence) -> str:
    return f"{place.field} of {words.resource(place.resource)}"


def _sign(verdict: Verdict, glyphs: Glyphs) -> Span:
    signs: dict[Verdict, Span] = {
        "reachable": (glyphs.done, "ok"),
        "unreachable": (glyphs.critical, "critical"),
        "partial": (glyphs.warning, "warning"),
        "unknown": (glyphs.unknown, "unknown"),
    }
    return signs[verdict]


def _body(trace: Trace, cells: int, glyphs: Glyphs) -> list[Iterator[Line]]:
    return [
        _blockers(trace.blockers, cells, glyphs),
        *(_path(one, cells, glyphs) for one in trace.paths),
        _list("NOTE", map(_notice, trace.notices), (glyphs.info, "info"), cells, glyphs),
        _list("ASSUMED", trace.assumptions, (glyphs.unknown, "unknown"), cells, glyphs),
        _list("NOT SEEN", map(_gap, trace.unseen), (glyphs.unknown, "unknown"), cells, glyphs),
    ]


def _blockers(those: Sequence[Blocker], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Everything in the way, with the code by which AWS's Reachability Analyzer calls it."""
    if those:
        yield heading("IN THE WAY", cells, glyphs)
    for one in those:
        back = "on the way back: " if one.stage == "return" else ""
        subnets = f" (from {', '.join(one.subnets)})" if one.subnets else ""
        name = "" if one.detail.startswith(one.component) else f"{one.component}: "
        text = f"{name}{back}{one.detail}{subnets}"
        yield from item(_passage(one.verdict, glyphs), (text, "text"), cells, one.code)


def _path(path: Path, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """The hops from one subnet, there and back."""
    start = path.subnet or "no VPC"
    note = _VERDICTS[path.verdict]
    yield divider(f"{start} {glyphs.arrow} {path.target}", cells, glyphs, note)
    column = max((len(_kind(hop)) for hop in (*path.forward, *path.back)), default=0) if cells >= _COLUMNS else 0
    yield from _hops("there", path.forward, column, cells, glyphs)
    yield from _hops("back", path.back, column, cells, glyphs)


def _hops(title: str, hops: Sequence[Hop], column: int, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """The hops of one way; what each is stands in a column of so many cells."""
    if hops:
        yield ((f" {title}", "dim"),)
    for number, hop in enumerate(hops, 1):
        last = number == len(hops)
        if hop.header is not None:
            guide: Line = ((f" {glyphs.trunk} ", "dim"),)
            yield from paragraph(guide, guide, (_packet(hop.header, glyphs), "dim"), cells)
        sign, role = _passage(hop.verdict, glyphs)
        text: Role = role if hop.code else "text"
        kind = f"{_kind(hop):<{column}}  " if column else ""
        told = _hop(hop) if column else f"{_kind(hop)} {_hop(hop)}"
        first: Line = ((f" {glyphs.last if last else glyphs.branch} ", "dim"), (f"{sign} ", role), (kind, text))
        rest: Line = ((" " * 4 if last else f" {glyphs.trunk} ", "dim"), (" " * (2 + len(kind)), "text"))
        yield from paragraph(first, rest, (told, text), cells, hop.code)


def _packet(header: Header, glyphs: Glyphs) -> str:
    start = f"{header.source} port {header.source_ports}"
    end = f"{header.destination} port {header.destination_ports}"
    return f"{header.protocol} {start} {glyphs.arrow} {end}"


_COLUMNS = 60
"""From so many cells on, the kinds of hops stand in a column of their own."""


def _kind(hop: Hop) -> str:
    """What a hop is: ``network ACL``."""
    return hop.kind.replace("-", " ").replace("acl", "ACL").replace("nat ", "NAT ").replace("vpc ", "VPC ")


def _hop(hop: Hop) -> str:
    name = "" if hop.component == hop.kind else f"{hop.component} "
    return f"{name}({hop.direction}){f': {hop.rule}' if hop.rule else ''}"


def _passage(verdict: Passage, glyphs: Glyphs) -> Span:
    signs: dict[Passage, Span] = {
        "pass": (glyphs.ok, "ok"),
        "partial": (glyphs.warning, "warning"),
        "drop": (glyphs.critical, "critical"),
        "unknown": (glyphs.unknown, "unknown"),
    }
    return signs[verdict]


def _notice(one: Notice) -> str:
    return f"{one.component}: {one.detail}"


def _gap(one: Gap) -> str:
    resource = f" of {words.resource(one.resource)}" if one.resource else ""
    error = f" ({one.error})" if one.error else ""
    return f"{one.call.name}{resource}: {one.reason.replace('_', ' ')}{error}"


def _list(title: str, texts: Iterable[str], sign: tuple[str, Role], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    rows = list(texts)
    if rows:
        yield heading(title, cells, glyphs)
    for text in rows:
        yield from item(sign, (text, "text"), cells)
