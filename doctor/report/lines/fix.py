"""A fix: its steps as before and after, its proof, and what applying it takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from doctor.model.decision import Decision, Verdict
from doctor.model.finding import Finding, Fix, Step
from doctor.model.outcome import Outcome
from doctor.model.plan import Owner, Plan, Proved, Rehearsal
from doctor.report.lines import documents, forms, words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import divider, item, join, measure, paragraph
from doctor.report.lines.spans import Line, Role, Span, cut, cut_line, pad, width
from doctor.report.lines.why import fix_line, letter

READ_ONLY = "READ-ONLY: restart with --allow-changes to apply"


def _names(step: Step) -> int:
    return max([8, *(width(name) for name in step.call.parameters), *(width(one.field) for one in step.expects_before)])


def _change(step: Step, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Each field as before and after; what only names the resource is dim."""
    before = {one.field: one.value for one in step.expects_before}
    made = not before.keys() & step.call.parameters.keys()
    column = min(_names(step), max(8, cells // 3))
    for name, after in step.call.parameters.items():
        lead = pad(name, column, glyphs.ellipsis) + "  "
        if name in before and before[name] == after:
            yield _kept(lead, after, cells, glyphs)
        elif name in before:
            text = f"{words.value(before[name])} {glyphs.arrow} {words.value(after)}"
            yield from _field("~ ", lead, (text, "added"), cells)
        elif made:
            yield from _made(lead, after, cells)
        else:
            yield from _field("  ", lead, (words.value(after), "dim"), cells)
    for name in before.keys() - step.call.parameters.keys():
        lead = pad(name, column, glyphs.ellipsis) + "  "
        yield _kept(lead, before[name], cells, glyphs)


def _made(lead: str, value: object, cells: int) -> Iterator[Line]:
    """What did not exist before; a policy by its statements."""
    statements = documents.told(value)
    for number, text in enumerate(statements or [words.value(value)]):
        yield from _field("+ ", lead if number == 0 else " " * width(lead), (text, "added"), cells)


def _kept(lead: str, value: object, cells: int, glyphs: Glyphs) -> Line:
    """What the proof rests on: it stays, so that a long value need not be read here."""
    return cut_line(
        (("   = ", "dim"), (lead, "text"), (f"must still be {words.value(value)}", "dim")), cells, glyphs.ellipsis
    )


def _field(sign: str, lead: str, text: Span, cells: int) -> Iterator[Line]:
    first: Line = (("   " + sign, text[1]), (lead, "text"))
    return paragraph(first, ((" " * (5 + width(lead)), "text"),), text, cells)


def _command(step: Step, cells: int) -> Iterator[Line]:
    yield from paragraph(
        (("   $ ", "dim"),), (("       ", "dim"),), (" ".join(words.command_line(step.call)), "info"), cells - 2
    )


def _aftermath(step: Step, cells: int, glyphs: Glyphs, *, whole: bool) -> Iterator[Line]:
    if step.settled:
        wanted = " or ".join(step.settled.wanted)
        text = f"then wait until {step.settled.path} is {wanted}, at most {step.settled.timeout} s"
        yield from item((glyphs.waiting, "dim"), (text, "dim"), cells)
    if whole and step.as_code:
        title = "CloudFormation" if step.as_code.sam else "CloudFormation, SAM"
        yield from _code(title, step.as_code.cloudformation, cells, glyphs)
        if step.as_code.sam:
            yield from _code("SAM", step.as_code.sam, cells, glyphs)
        yield from _code("Terraform", step.as_code.terraform, cells, glyphs)
    undo = f"undo: {' '.join(words.command_line(step.undo))}" if step.undo else f"undo: none, {step.undo_note}"
    yield from item((glyphs.none, "dim"), (undo, "dim"), cells)
    if step.actions:
        yield from item((glyphs.none, "dim"), (f"needs {', '.join(step.actions)}", "dim"), cells)


def _code(title: str, text: str, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """A template's text, with its indentation."""
    yield from item((glyphs.info, "info"), (f"the same for {title}:", "dim"), cells)
    for line in text.splitlines():
        own = line.lstrip()
        lead = " " * (5 + len(line) - len(own))
        yield from paragraph(((lead, "text"),), ((lead + "  ", "text"),), (own, "info"), cells - 2)


def steps(planned: Sequence[Step], cells: int, glyphs: Glyphs, *, whole: bool = True) -> Iterator[Line]:
    """Every write, in order; ``whole``: with its command and its text for templates."""
    if whole:
        yield divider("STEPS", cells, glyphs, words.count(len(planned), "call"))
    for number, step in enumerate(planned, 1):
        yield from paragraph(((f"{number:>2} ", "dim"),), (("   ", "dim"),), (step.call.name, "bold"), cells, step.name)
        yield from _change(step, cells, glyphs)
        if whole:
            yield from _command(step, cells)
        yield from _aftermath(step, cells, glyphs, whole=whole)


def _formed(form: str, planned: Sequence[Step], owner: Owner | None, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Every write in one form, below the names of all forms."""
    yield forms.tabs(form, cells, glyphs, words.count(len(planned), "call"))
    if form == forms.DIFF:
        yield from steps(planned, cells, glyphs, whole=False)
    else:
        yield from forms.page(form, planned, owner, cells)


def _said(sign: Span, texts: Iterable[str], cells: int) -> Iterator[Line]:
    for text in texts:
        yield from item(sign, (text, "text"), cells)


_READ = 72
"""Characters of an error that are read in passing."""


def _ended(result: Outcome, glyphs: Glyphs) -> str:
    """How a run ended; of a long message its beginning."""
    return cut(" ".join(words.outcome(result).split()), _READ, glyphs.ellipsis)


def _before_after(rehearsal: Rehearsal, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    before = rehearsal.before.run.outcome if rehearsal.before and rehearsal.before.run else None
    after = rehearsal.after.outcome if rehearsal.after else None
    if before and after:
        text = f"local run: {_ended(before, glyphs)} {glyphs.arrow} {_ended(after, glyphs)}"
        sign: Span = (glyphs.done, "ok") if isinstance(rehearsal, Proved) else (glyphs.unknown, "unknown")
        yield from item(sign, (text, "bold"), cells)


def proof(rehearsal: Rehearsal, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """What the rehearsal showed, what it could not show, and what else the change does."""
    proved = isinstance(rehearsal, Proved)
    yield divider("PROVED" if proved else "NOT PROVED", cells, glyphs)
    yield from _before_after(rehearsal, cells, glyphs)
    yield from _said((glyphs.done, "ok"), rehearsal.checks, cells)
    granted = (f"run: taken for granted: {text}" for text in rehearsal.presumed)
    yield from _said((glyphs.unknown, "unknown"), granted, cells)
    if proved and rehearsal.before is None:
        yield from _said((glyphs.info, "info"), ("nothing was run here: the model decides it alone",), cells)
    if isinstance(rehearsal, Proved):
        trusted = (f"taken on trust, not proved: {text}" for text in rehearsal.taken_on_trust)
        yield from _said((glyphs.warning, "warning"), trusted, cells)
    else:
        yield from _said((glyphs.critical, "critical"), rehearsal.reasons, cells)
    yield from caveats(rehearsal.plan, cells, glyphs)


def caveats(plan: Plan, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Notes, risk and cost of a plan."""
    fix = plan.fix
    yield from _said((glyphs.warning, "warning"), (*plan.notes, *([fix.risk] if fix.risk else [])), cells)
    yield from _said((glyphs.info, "info"), [f"cost: {fix.cost}"] if fix.cost else [], cells)
    yield from _said((glyphs.info, "info"), (f"cost: {text}" for text in plan.cost), cells)
    yield from _permitted(plan.permitted, cells, glyphs)
    yield from _said((glyphs.unknown, "unknown"), plan.not_seen, cells)


_VERDICTS: dict[Verdict, tuple[Role, str]] = {
    "allowed": ("ok", "you may"),
    "denied": ("critical", "you may not"),
    "depends": ("unknown", "it was not seen whether you may"),
}


def _permitted(decisions: Iterable[Decision], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """Whether whoever applies it may send each call."""
    signs = {"ok": glyphs.done, "critical": glyphs.critical, "unknown": glyphs.unknown}
    for verdict, (role, text) in _VERDICTS.items():
        actions = dict.fromkeys(one.action for one in decisions if one.result == verdict)
        if actions:
            yield from item((signs[role], role), (f"{text}: {', '.join(actions)}", "text"), cells)
    assumed = dict.fromkeys(text for one in decisions for text in one.assumptions)
    yield from _said((glyphs.unknown, "unknown"), (f"assumed: {text}" for text in assumed), cells)


def owned(owner: Owner, planned: Sequence[Step], cells: int, glyphs: Glyphs, *, in_tab: bool = False) -> Iterator[Line]:
    """Who owns what is changed, and the same change there, which comes first; ``in_tab``: a tab shows it."""
    yield divider("IN ITS TEMPLATE FIRST", cells, glyphs, owner.tool)
    of = f" (stack {owner.stack})" if owner.stack else ""
    told = f"by its tag {owner.mark}" if owner.mark else f"as {owner.against} declares it"
    text = f"{owner.tool}{of} owns it, {told}: its next deployment takes a change made here back"
    yield from item((glyphs.warning, "warning"), (text, "text"), cells)
    if owner.patch and in_tab:
        yield from item((glyphs.info, "info"), (f"the same change there is in the tab {owner.tool}", "text"), cells)
        return
    for line in owner.patch.splitlines():
        role: Role = "added" if line.startswith("+") else "removed" if line.startswith("-") else "text"
        yield cut_line(((f"   {line}", role),), cells, glyphs.ellipsis)
    if not owner.patch:
        below = any(step.as_code for step in planned)
        text = (
            "its text for a template is with each step" if below else "doctor cannot word this change in its template"
        )
        yield from item((glyphs.info, "info") if below else (glyphs.unknown, "unknown"), (text, "text"), cells)


def choices(
    finding: Finding, chosen: int, cells: int, glyphs: Glyphs, rehearsed: Mapping[int, Rehearsal] | None = None
) -> Iterator[Line]:
    """The ways out, best first, with the chosen one marked, and those that were rehearsed."""
    ways = finding.problem.fixes
    note = "1 way" if len(ways) == 1 else f"{len(ways)} ways, best first"
    yield cut_line((("FIX FOR ", "title"), (finding.rule, "bold"), ("   " + note, "dim")), cells, glyphs.ellipsis)
    for index, fix in enumerate(ways):
        standing = _standing((rehearsed or {}).get(index), glyphs)
        first, *rest = fix_line(fix, index, cells - 2, chosen=index == chosen, standing=standing)
        pointer: Span = (f" {glyphs.pointer}", "key") if index == chosen else ("  ", "text")
        yield (pointer, *first)
        yield from ((("  ", "text"), *line) for line in rest)


def _standing(rehearsal: Rehearsal | None, glyphs: Glyphs) -> Line:
    """Whether a fix was proved."""
    if rehearsal is None:
        return ()
    if isinstance(rehearsal, Proved):
        return ((f"{glyphs.done} proved", "ok"),)
    return ((f"{glyphs.critical} not proved", "critical"),)


def manual(fix: Fix, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """A fix that doctor cannot send."""
    yield divider("BY HAND", cells, glyphs)
    yield from item((glyphs.pointer, "key"), (fix.title, "bold"), cells)
    if fix.note:
        yield from item((glyphs.info, "info"), (fix.note, "text"), cells)


def confirmation(
    rehearsal: Rehearsal, function: str, cells: int, *, allowed: bool, live: bool, index: int
) -> Iterator[Line]:
    """What stands between a plan and the account."""
    if not isinstance(rehearsal, Proved):
        said: Span = ("This fix was not proved: it cannot be applied from here.", "warning")
    elif not live:
        said = ("The account behind this snapshot cannot be reached from here: nothing can be applied.", "warning")
    elif not allowed:
        said = (READ_ONLY, "mode")
    else:
        lead: Line = ((" Proved. ", "ok"), (f"To apply fix {letter(index)}, Enter and then type ", "text"))
        yield (*lead, (function, "bold"), (".", "text"))
        return
    yield from paragraph(((" ", "text"),), ((" ", "text"),), said, measure(cells))


def page(
    finding: Finding,
    chosen: int,
    rehearsal: Rehearsal | None,
    cells: int,
    glyphs: Glyphs,
    *,
    form: str = "",
    rehearsed: Mapping[int, Rehearsal] | None = None,
) -> list[Line]:
    """The choices, the steps of the chosen fix, and its proof when there is one.

    Args:
        finding: What is to be mended.
        chosen: Which of its fixes.
        rehearsal: What the rehearsal of that fix showed.
        cells: The width.
        glyphs: The signs.
        form: The one form in which the steps are shown; empty: in all of them, for a page that is printed.
        rehearsed: The rehearsals of all its fixes, by their number.
    """
    room = measure(cells)
    fix = finding.problem.fixes[chosen]
    planned = rehearsal.plan.steps if rehearsal else fix.steps
    also = rehearsal.plan.also if rehearsal else ()
    owner = rehearsal.plan.owner if rehearsal else None
    blocks = [choices(finding, chosen, room, glyphs, rehearsed)]
    blocks += [choices(one.finding, one.finding.problem.fixes.index(one.fix), room, glyphs) for one in also]
    told = [proof(rehearsal, room, glyphs)] if rehearsal else []
    told += [owned(owner, planned, room, glyphs, in_tab=bool(form) and owner.tool in forms.FORMS)] if owner else []
    if not planned:
        sent = manual(fix, room, glyphs)
    else:
        sent = _formed(form, planned, owner, room, glyphs) if form else steps(planned, room, glyphs)
    blocks += [sent, *told] if form else [*told, sent]
    return join(blocks)
