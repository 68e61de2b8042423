"""What was sent to an account, and what was seen afterwards."""

from collections.abc import Iterable, Iterator, Sequence

from doctor.model import arns
from doctor.model.events import Line as Said
from doctor.model.finding import Step
from doctor.model.plan import Applied, Receipt, ReceiptState, StepState, Verification
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import divider, item, join, measure, paragraph
from doctor.report.lines.spans import Line, Role, Span, cut_line

_STATES: dict[ReceiptState, tuple[str, Role]] = {
    "applied": ("APPLIED", "ok"),
    "stopped": ("STOPPED PART-WAY", "critical"),
    "undone": ("UNDONE", "ok"),
    "undo_stopped": ("UNDO STOPPED PART-WAY", "critical"),
}


_SENT: frozenset[StepState] = frozenset({"sent", "done", "uncertain"})


def _sign(state: StepState, glyphs: Glyphs) -> Span:
    signs: dict[StepState, Span] = {
        "pending": (glyphs.waiting, "dim"),
        "sent": (glyphs.running, "info"),
        "done": (glyphs.done, "ok"),
        "failed": (glyphs.critical, "critical"),
        "uncertain": (glyphs.unknown, "warning"),
        "undone": (glyphs.none, "ok"),
    }
    return signs[state]


def _step(one: Applied, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    stays = one.state == "undone" and one.undo is None
    yield from item(
        _sign(one.state, glyphs), (f"{one.call.name}  {one.step}", "text"), cells, "stays" if stays else one.state
    )
    if stays and one.undo_note:
        yield from item((" ", "text"), (one.undo_note, "dim"), cells)
    if one.error:
        yield from item((" ", "text"), (one.error, "critical"), cells)


def sending(
    steps: Sequence[Step], heard: Iterable[object], cells: int, glyphs: Glyphs, *, undo: bool = False
) -> list[Line]:
    """An apply or an undo under way: what of what was heard it has said, and how far its steps are."""
    room = measure(cells)
    said = [one for one in heard if isinstance(one, Said)]
    told = {f"{step.name}: {step.call.name}" for step in steps}
    reached = len(told & {one.text for one in said})
    title = "TAKING BACK" if undo else "APPLYING"
    lines = [divider(title, room, glyphs, "" if undo else f"{reached} of {len(steps)}, Ctrl+X: no further call")]
    signs: dict[str, Span] = {
        "critical": (glyphs.critical, "critical"),
        "warning": (glyphs.warning, "warning"),
        "dim": (glyphs.waiting, "dim"),
        "ok": (glyphs.done, "ok"),
    }
    for one in {one.text: one for one in said if one.text not in told}.values():  # waiting says the same many times
        lines += item(signs.get(one.role, (glyphs.info, "info")), (one.text, "text"), room)
    for number, step in enumerate(() if undo else steps, 1):
        sign: Span = (glyphs.waiting, "dim")
        if number <= reached:
            sign = (glyphs.done, "ok") if number < reached else (glyphs.running, "info")
        lines += item(sign, (step.call.name, "text" if number <= reached else "dim"), room, step.name)
    return lines


def entry(made: Receipt, cells: int, glyphs: Glyphs) -> tuple[Line, Line]:
    """Two lines: what became of it, whose change it was and when, then what it did."""
    title, role = _STATES[made.state]
    head: Line = (
        (f"{title.capitalize()}  ", role),
        (arns.name(made.function), "bold"),
        (f"  {words.moment(made.at)}", "dim"),
    )
    return cut_line(head, cells, glyphs.ellipsis), cut_line(
        (("  ", "text"), (made.title, "text")), cells, glyphs.ellipsis
    )


def receipt(made: Receipt, cells: int, glyphs: Glyphs, where: str = "") -> list[Line]:
    """Every step with how far it came, and how to take it back; ``where`` are the options that name the account."""
    room = measure(cells)
    title, role = _STATES[made.state]
    place = f"{made.account} {made.region}" + (f" at {made.endpoint}" if made.endpoint else "")
    lines = list(paragraph(((title, role), ("  ", "text")), (("  ", "text"),), (made.title, "bold"), room, place))
    lines += [line for one in made.steps for line in _step(one, room, glyphs)]
    for text in made.taken_on_trust:
        lines += item((glyphs.warning, "warning"), (f"taken on trust, not proved: {text}", "text"), room)
    if made.state != "undone" and any(one.undo and one.state in _SENT for one in made.steps):
        lines += item(
            (glyphs.info, "info"),
            (" ".join(("take it back: doctor undo", made.id, *filter(None, (where,)))), "text"),
            room,
        )
    return lines


def _checks(seen: Verification) -> Iterator[tuple[bool, str, str]]:
    yield seen.settings_read_back, "the settings were read back as sent", "the settings were not read back as sent"
    yield seen.finding_gone, "the finding is gone", "the finding is still there"
    if seen.failed_since:
        yield False, "", "an invocation in the cloud has failed since"
    else:
        yield (
            seen.confirmed,
            "an invocation in the cloud went through",
            "no invocation in the cloud has confirmed it yet",
        )


def verification(seen: Verification, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What was seen after the change; what was not seen is said."""
    yield divider("CONFIRMED" if seen.confirmed else "APPLIED, NOT YET CONFIRMED", cells, glyphs)
    for true, yes, no in _checks(seen):
        sign: Span = (glyphs.done, "ok") if true else (glyphs.unknown, "unknown")
        yield from item(sign, (yes if true else no, "text"), cells)
    for text in seen.lines:
        yield from item((glyphs.info, "info"), (text, "text"), cells)


def page(made: Receipt, seen: Verification | None, cells: int, glyphs: Glyphs, where: str = "") -> list[Line]:
    """The receipt, and the verification when there is one; ``where`` are the options that name the account."""
    room = measure(cells)
    blocks = [iter(receipt(made, room, glyphs, where))]
    if seen:
        blocks.append(verification(seen, room, glyphs))
    return join(blocks)
