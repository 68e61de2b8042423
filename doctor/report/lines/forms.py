"""A plan in each language that somebody may want it in: as a diff, as commands, as a script, as the text of templates."""

from collections.abc import Callable, Iterator, Sequence

from doctor.model.finding import AsCode, Step
from doctor.model.plan import Owner
from doctor.report import scripts
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import paragraph
from doctor.report.lines.spans import Line, Role, line_width

FORMS = ("diff", "boto3", "CLI", "Terraform", "CloudFormation", "SAM")
DIFF = FORMS[0]
_SHORT = {"CloudFormation": "CFN"}
_TEMPLATES: dict[str, Callable[[AsCode], str]] = {
    "Terraform": lambda code: code.terraform,
    "CloudFormation": lambda code: code.cloudformation,
    "SAM": lambda code: code.sam or code.cloudformation,
}


def tabs(chosen: str, cells: int, glyphs: Glyphs, note: str = "") -> Line:
    """The forms drawn into a rule, with the chosen one marked."""
    for short in ({}, _SHORT, {name: name[:3] for name in FORMS}):
        named: Line = tuple((f" {short.get(name, name)} ", "chosen" if name == chosen else "text") for name in FORMS)
        spans: Line = ((glyphs.rule * 2 + " ", "dim"), *named)
        if line_width(spans) + 3 <= cells:
            break
    end: Line = ((f" {note} ", "dim"), (glyphs.rule * 2, "dim")) if note else ()
    room = cells - line_width((*spans, *end)) - 1
    if room < 2:  # noqa: PLR2004 -- the note is dropped before a tab is
        end, room = (), cells - line_width(spans) - 1
    return (*spans, (" " + glyphs.rule * max(0, room), "dim"), *end)


def text(form: str, steps: Sequence[Step], owner: Owner | None = None) -> str:
    """The steps in a form other than the diff, ready to be pasted."""
    if form == "boto3":
        return scripts.boto3(steps)
    if form == "CLI":
        return scripts.cli(steps)
    patched = f"{owner.patch}\n" if owner and owner.patch and owner.tool == form else ""
    return patched or "".join(f"{_template(form, step)}\n" for step in steps)


def _template(form: str, step: Step) -> str:
    told = _TEMPLATES[form](step.as_code) if step.as_code else ""
    return told or f"# {step.call.name}: doctor has no words for this in {form}"


def page(form: str, steps: Sequence[Step], owner: Owner | None, cells: int) -> Iterator[Line]:
    """The same as lines, each with its indentation; what is too long goes on below."""
    for line in text(form, steps, owner).rstrip("\n").splitlines():
        own = line.lstrip(" ")
        lead = " " * min(3 + len(line) - len(own), cells // 2)
        role: Role = "dim" if own.startswith(("#", "//")) else "info"
        yield from paragraph(((lead, "text"),), ((lead + "  ", "text"),), (own, role), cells - 2)
