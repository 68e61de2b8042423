"""What the gate of a local run saw: the handler's AWS calls and who allowed or denied each, and its connections."""

from collections.abc import Iterable, Iterator

from doctor.model.decision import Decision
from doctor.model.gate import Connection, GatedCall
from doctor.report.lines.decision import statement
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item
from doctor.report.lines.spans import Line, Span


def calls(made: Iterable[GatedCall], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Each call with the statement that decided, and who answered."""
    rows = list(made)
    if rows:
        yield heading("AWS CALLS", cells, glyphs)
    for one in rows:
        signs: dict[str, Span] = {
            "allowed": (glyphs.done, "ok"),
            "denied": (glyphs.critical, "critical"),
        }
        times = f" ({one.times} times)" if one.times > 1 else ""
        resources = f" on {', '.join(one.resources)}" if one.resources else ""
        sign = signs.get(one.verdict, (glyphs.unknown, "unknown"))
        yield from item(sign, (f"{one.call}{resources}{times}: {_fate(one)}", "text"), cells)


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
            ends = {"open": "opened", "dropped": "hung", "refused": "was refused", "unreachable": "has no route"}[
                one.way
            ]
        silent = "" if one.answered else ", and was not answered"
        why = f": {one.why}" if one.why else ""
        yield from item(_sign(one, glyphs), (f"{where} {ends}{silent}{times}{why}", "text"), cells)


def _sign(one: Connection, glyphs: Glyphs) -> Span:
    if one.way != "open":
        return glyphs.critical, "critical"
    return (glyphs.done, "ok") if one.answered else (glyphs.unknown, "unknown")
