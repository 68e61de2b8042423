"""What the gate of a local run saw: the handler's AWS calls and who allowed or denied each, and its connections."""

from collections.abc import Iterable, Iterator

from doctor.model.decision import Decision
from doctor.model.events import Gated
from doctor.model.gate import Connection, GatedCall
from doctor.report.lines import words
from doctor.report.lines.decision import statement
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, paragraph
from doctor.report.lines.spans import Line, Span


def calls(made: Iterable[GatedCall], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Each call with the statement that decided, and who answered."""
    rows = list(made)
    if rows:
        yield heading("AWS CALLS", cells, glyphs)
    for one in rows:
        times = f" ({one.times} times)" if one.times > 1 else ""
        resources = f" on {', '.join(one.resources)}" if one.resources else ""
        yield from item(_call_sign(one, glyphs), (f"{one.call}{resources}{times}: {_fate(one)}", "text"), cells)


def _fate(call: GatedCall) -> str:
    """Who allowed or denied a call, and who answered it."""
    deciding = next((one for one in call.decisions if one.result == call.verdict), None)
    by = "" if deciding is None else _by(deciding)
    answers = {
        "embedded": f"answered by a copy of the account ({call.status})",
        "live": f"answered by the real account, as whoever runs doctor may read it ({call.status})",
        "recorded": f"answered as it was recorded ({call.status})",
        "throttled": f"throttled with {call.error}, as was asked for",
        "denied": f"refused with {call.error}",
        "nobody": "not answered",
    }
    note = f"; not asked of the real account: {call.note}" if call.note else ""
    return f"{call.verdict}{by}; {answers[call.answered]}{note}"


_ENDS = {"open": "opened", "dropped": "hung", "refused": "was refused", "unreachable": "has no route"}


def short(made: Iterable[GatedCall], met: Iterable[Connection], glyphs: Glyphs) -> Iterator[tuple[Span, str]]:
    """Each call and each connection that came to nothing in a few words, the like counted."""
    told: dict[tuple[Span, str], int] = {}
    key: tuple[Span, str]
    for call in made:
        good = call.verdict == "allowed" and not call.doubtful and call.answered != "throttled"
        end = (
            call.verdict if call.verdict != "allowed" else f"answered {call.status}" if call.status else "not answered"
        )
        end = "throttled" if call.answered == "throttled" else end
        sign: Span = (glyphs.done, "ok") if good else _denied(call, glyphs)
        key = (sign, call.call if good else f"{call.call} {end}")
        told[key] = told.get(key, 0) + call.times
    for one in met:
        if one.way != "open" or not one.answered:
            key = (_sign(one, glyphs), f"{where(one)} {_ends(one)}")
            told[key] = told.get(key, 0) + one.attempts
    for (sign, text), times in told.items():
        yield sign, f"{text} x{times}" if times > 1 else text


def _denied(call: GatedCall, glyphs: Glyphs) -> Span:
    return (glyphs.critical, "critical") if call.verdict == "denied" else (glyphs.unknown, "unknown")


def where(one: Connection) -> str:
    """Where it was to go."""
    return one.host if one.protocol == "dns" else one.place


def _ends(one: Connection) -> str:
    if one.protocol == "dns":
        return "does not resolve"
    return _ENDS[one.way] if one.answered else "was not answered"


def met(one: Gated, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What the gate met, at the moment when it did."""
    lead, rest = f" {words.clock(one.at)} ", " " * 10
    if one.call is not None:
        sign, kind = _call_sign(one.call, glyphs), "AWS"
        text = f"{one.call.call}: {_fate(one.call)}"
    elif one.connection is not None:
        sign, kind = _sign(one.connection, glyphs), "NET"
        why = f": {one.connection.why}" if one.connection.why else ""
        text = f"{where(one.connection)} {_ends(one.connection)}{why}"
    else:
        return
    first: Line = ((lead, "dim"), sign, (f" {kind} ", "dim"))
    yield from paragraph(first, ((rest + " " * 6, "text"),), (text, sign[1] if sign[1] != "ok" else "text"), cells)


def _call_sign(call: GatedCall, glyphs: Glyphs) -> Span:
    return (glyphs.done, "ok") if call.verdict == "allowed" else _denied(call, glyphs)


def _by(decision: Decision) -> str:
    if decision.result == "allowed":
        return "".join(f" by {statement(one.statement)}" for one in decision.allows[:1])
    explicit = [one for one in decision.denies if one.certain]
    if decision.result == "denied" and explicit:
        return f" by {statement(explicit[0].statement)}"
    layers = f" ({', '.join(decision.blockers)})" if decision.blockers else ""
    told = "".join(f"; {one}" for one in decision.assumptions)
    return f" for want of an Allow{layers}{told}" if decision.result == "denied" else layers


def connections(made: Iterable[Connection], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Each destination, and what became of packets to it."""
    rows = list(made)
    if rows:
        yield heading("CONNECTIONS", cells, glyphs)
    for one in rows:
        times = f" ({one.attempts} times)" if one.attempts > 1 else ""
        if one.protocol == "dns":
            where, ends = one.host, "does not resolve"
        else:
            where = one.place + (" by IPv6" if one.ipv6 and ":" not in one.host else "")
            ends = _ENDS[one.way]
        silent = "" if one.answered else ", and was not answered"
        why = f": {one.why}" if one.why else ""
        yield from item(_sign(one, glyphs), (f"{where} {ends}{silent}{times}{why}", "text"), cells)


def _sign(one: Connection, glyphs: Glyphs) -> Span:
    if one.way != "open":
        return glyphs.critical, "critical"
    return (glyphs.done, "ok") if one.answered else (glyphs.unknown, "unknown")
