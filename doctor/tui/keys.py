"""Every key, once: the bindings, the footers and the help page are made from this table.

One key has one meaning everywhere. Control+D, Control+K and Delete are never bound: other terminal UIs destroy with them.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, get_args

from doctor.errors import ConfigError

Scope = Literal[
    "any",
    "rows",
    "text",
    "prompt",
    "menu",
    "help",
    "functions",
    "diagnosis",
    "incidents",
    "regions",
    "rules",
    "compare",
    "work",
    "reproduce",
    "runs",
    "fix",
    "history",
    "page",
]


class Key(NamedTuple):
    """One action with its keys."""

    action: str
    """The method ``action_…`` that it calls."""
    keys: str
    """Textual's names, parted by commas."""
    label: str
    """How the keys are written for people."""
    title: str
    """One or two words, for the footer."""
    help: str
    scopes: tuple[Scope, ...]
    footer: int = 0
    """Rank in the footer, 1 first; 0: not in the footer."""


EVERYWHERE: tuple[Scope, ...] = ("any",)
_PAGES: tuple[Scope, ...] = ("diagnosis", "incidents", "compare", "work", "reproduce", "runs", "fix", "history", "page")
"""Screens with a page to search."""
_PANES: tuple[Scope, ...] = ("diagnosis", "incidents", "rules", "runs", "history")

KEYS: tuple[Key, ...] = (
    Key("open", "enter,l,right", "Enter", "open", "open the function", ("functions",), 1),
    Key("open", "enter,l,right", "Enter", "rule", "page of the rule that found it", ("diagnosis",), 1),
    Key("open", "enter,l,right", "Enter", "function", "open a function that it concerns", ("incidents", "rules"), 1),
    Key("open", "enter,l,right", "Enter", "look there", "look at this region", ("regions",), 1),
    Key("open", "enter", "Enter", "choose", "take what is under the cursor", ("menu",), 1),
    Key("move(1)", "j,down", "j", "", "move down, up (k)", ("rows", "text")),
    Key("move(-1)", "k,up", "k", "", "", ("rows", "text")),
    Key("turn(1)", "pagedown,ctrl+f", "PgDn", "", "page down, page up (PgUp)", ("rows", "text")),
    Key("turn(-1)", "pageup,ctrl+b", "PgUp", "", "", ("rows", "text")),
    Key("half(-1)", "ctrl+u", "Ctrl+U", "", "half a page up", ("rows", "text")),
    Key("top", "g,home", "g", "", "top, bottom (G)", ("rows", "text")),
    Key("bottom", "G,end", "G", "", "", ("rows", "text")),
    Key("move(1)", "down,ctrl+n", "Down", "", "move down, up", ("menu", "help")),
    Key("move(-1)", "up", "Up", "", "", ("menu", "help")),
    Key("turn(1)", "pagedown", "PgDn", "", "page down, page up", ("menu", "help")),
    Key("turn(-1)", "pageup", "PgUp", "", "", ("menu", "help")),
    Key("filter", "slash", "/", "filter", "show the rows that match", ("functions", "rules"), 2),
    Key("show_tab", "1,2,3,4,5,6,7", "1..7", "tabs", "a tab by its number", ("diagnosis",), 2),
    Key("show_tab", "1,2,3,4,5,6,7,8,9", "1..9", "", "a saved filter by its number (:save NAME)", ("functions",)),
    Key("tab(1)", "right_square_bracket", "]", "", "next tab, previous ([)", ("functions", "diagnosis")),
    Key("tab(-1)", "left_square_bracket", "[", "", "", ("functions", "diagnosis", "fix")),
    Key(
        "tab(1)",
        "right_square_bracket",
        "[ ]",
        "form",
        "the steps in another form: boto3, CLI, templates",
        ("fix",),
        3,
    ),
    Key("show_tab", "1,2,3,4,5,6", "1..6", "", "a form by its number", ("fix",)),
    Key("pick", "A,B,C,D", "A,B", "choose", "a fix by its letter", ("fix",), 2),
    Key("choose(1)", "tab", "Tab", "", "next fix, previous (Shift+Tab)", ("fix",)),
    Key("choose(-1)", "shift+tab", "Shift+Tab", "", "", ("fix",)),
    Key("reproduce", "r", "r", "reproduce", "run the failing invocation here", ("functions", "diagnosis"), 3),
    Key("again", "r", "r", "run again", "run it once more", ("reproduce",), 1),
    Key("edit", "E", "E", "event", "edit the event, in your own editor", ("reproduce",), 2),
    Key("attempt", "x", "x", "another", "choose another event, or a file", ("reproduce",), 3),
    Key("save", "S", "S", "save test", "write the run as a test, with its event", ("reproduce",), 5),
    Key(
        "fix",
        "f",
        "f",
        "fix",
        "prove a fix, then apply it",
        ("functions", "diagnosis", "incidents", "compare", "reproduce", "runs"),
        4,
    ),
    Key("regions", "a", "a", "", "count the functions of every region, and go there", ("functions",)),
    Key("demo", "d", "d", "", "the embedded account, where there is none", ("functions",)),
    Key("attempt", "x", "x", "try", "ask for another destination or action", ("diagnosis",), 5),
    Key("attempt", "x", "x", "try", "what the rule says of a function that you choose", ("rules",), 3),
    Key("attempt", "x", "x", "against", "compare with another snapshot file", ("compare",), 3),
    Key("incident", "i", "i", "incident", "the incident: all with this root cause", ("diagnosis",), 6),
    Key("incident", "i", "i", "incidents", "incidents: root causes, each with its functions", ("functions",), 5),
    Key("compare", "c", "c", "changed", "what changed since it worked", ("functions", "diagnosis"), 6),
    Key("mark", "space", "Space", "", "mark: y copies and r runs all that are marked", ("functions",)),
    Key("open", "enter,l,right", "Enter", "open", "the run of this function alone", ("runs",), 1),
    Key("open", "enter,l,right", "Enter", "open", "on a narrow screen, its page", ("history",), 1),
    Key("sort", "s", "s", "sort", "sort by the next column", ("functions",), 7),
    Key("search", "slash", "/", "search", "search this page", _PAGES, 7),
    Key("found(1)", "n", "n", "", "next match, previous (N)", _PAGES),
    Key("found(-1)", "N", "N", "", "", _PAGES),
    Key("passed", "p", "p", "passed", "rules that looked and found nothing", ("diagnosis",), 9),
    Key("passed", "p", "p", "all", "everything that changed, or what is near", ("compare",), 1),
    Key(
        "only", "ampersand", "&", "only", "show only the log lines with these words, !word: without", ("diagnosis",), 4
    ),
    Key("range", "t", "t", "time", "logs and metrics of the last 3 h, 1 h, 15 min, all", ("diagnosis",), 4),
    Key("range", "t", "t", "times", "compare with the snapshot of another time", ("compare",), 2),
    Key("wrap", "w", "w", "wrap", "long log lines whole", ("diagnosis",), 8),
    Key("passed", "p", "p", "writes only", "what was sent to change something", ("work",), 1),
    Key("raw", "v", "v", "", "the finding and its evidence as JSON", ("diagnosis",)),
    Key("raw", "v", "v", "", "the whole comparison as JSON", ("compare",)),
    Key("prove", "enter", "Enter", "prove", "rehearse the fix here, then ask", ("fix",), 1),
    Key("undo", "u", "u", "undo", "take the applied fix back", ("fix", "history"), 4),
    Key("switch", "tab,shift+tab", "Tab", "", "next pane", _PANES),
    Key("zoom", "z", "z", "", "the page alone, both panes", _PANES),
    Key("collect", "R", "R", "collect", "collect the account again", ("functions", *_PANES, "compare", "regions"), 10),
    Key("collect_all", "f5", "F5", "", "collect in full: nothing from the snapshot before", ("functions",)),
    Key("console", "o", "o", "", "open it in AWS's console", ("functions", "diagnosis")),
    Key("copy", "y", "y", "copy", "copy: name, ARN, finding, commands", EVERYWHERE, 12),
    Key("export", "e", "e", "", "write this page into a file", EVERYWHERE),
    Key("stop", "ctrl+x", "Ctrl+X", "", "stop the job; an apply makes no further call", EVERYWHERE),
    Key("go_to", "colon", ":", "go to", "a place: :fn NAME :rules :region NAME", EVERYWHERE, 20),
    Key("palette", "ctrl+p", "Ctrl+P", "", "everything, by typing a part of it", EVERYWHERE),
    Key("last", "minus", "-", "", "the screen that was left last", EVERYWHERE),
    Key("work", "at", "@", "", "jobs, and every API call that was made", EVERYWHERE),
    Key("help", "question_mark,f1", "?", "keys", "this help", EVERYWHERE, 30),
    Key("back", "q,backspace,left", "q", "back", "back; quit at the top", EVERYWHERE, 31),
    Key("escape", "escape", "Esc", "", "clear the filter, then back", EVERYWHERE),
    Key("mouse", "ctrl+t", "Ctrl+T", "", "mouse on, off (off: select text)", EVERYWHERE),
    Key("accept", "enter", "Enter", "", "keep the filter, run the command", ("prompt",)),
    Key("recall", "up", "Up", "", "what was typed before", ("prompt",)),
    Key("leave", "escape", "Esc", "", "leave the line", ("prompt",)),
)


WITH_KEY = frozenset({"show_tab", "pick"})
"""Actions that are told which of their keys was pressed."""
NEVER = frozenset({"ctrl+d", "ctrl+k", "ctrl+z", "delete"})
_OWN: dict[str, str] = {}
"""The user's own keys, by action."""


def of(*scopes: Scope) -> Iterator[Key]:
    """The keys of these scopes, in the table's order; those that the user chose in place of ours."""
    for key in KEYS:
        if set(key.scopes) & set(scopes):
            own = _OWN.get(key.action)
            yield key._replace(keys=own, label=_label(own)) if own else key


def _label(names: str) -> str:
    """A key as it is written for people: ``Ctrl+R``."""
    parts = names.split(",", maxsplit=1)[0].split("+")
    return parts[0] if len(parts) == 1 and len(parts[0]) == 1 else "+".join(part.capitalize() for part in parts)


def rebind(own: Mapping[str, str]) -> None:
    """Take the user's own keys, by action, before any screen is imported.

    Raises:
        ConfigError: there is no such action, a key is never bound, or would mean two things on one screen.
    """
    known = {key.action for key in KEYS if "(" not in key.action and key.action not in WITH_KEY}
    for action, names in own.items():
        if action not in known:
            raise ConfigError(f"keys: there is no action '{action}'; there are {', '.join(sorted(known))}")
        if NEVER & set(names.split(",")):
            raise ConfigError(f"keys: {action}: {names} is never bound: other terminal UIs destroy with it")
    before = dict(_OWN)
    _OWN.update(own)
    try:
        for scope in get_args(Scope):
            _unmistakable(scope)
    except ConfigError:
        _OWN.clear()
        _OWN.update(before)
        raise


def _unmistakable(scope: Scope) -> None:
    """Raise ``ConfigError`` when a key has two meanings on a screen."""
    taken: dict[str, str] = {}
    for key in of(scope, "any") if scope not in ("rows", "text", "prompt", "menu", "help") else of(scope):
        for name in key.keys.split(","):
            other = taken.setdefault(name, key.action)
            if other != key.action:
                raise ConfigError(f"keys: '{name}' would mean both {other} and {key.action} on the screen {scope}")


def footer(scope: Scope, *, back: str = "back") -> list[tuple[str, str]]:
    """Label and title of the footer's keys, by rank; ``back`` says what ``q`` does here."""
    ranked = sorted((key for key in of(scope, "any") if key.footer), key=lambda key: key.footer)
    return [(key.label, back if key.action == "back" else key.title) for key in ranked]


def sheet(*scopes: Scope) -> list[tuple[str, str]]:
    """Label and help of every key that has one, for the help page."""
    return [(key.label, key.help) for key in of(*scopes) if key.help]


def markdown() -> str:
    """Every key that is explained, as the README's table: those of every screen last."""
    placed = [(key, ", ".join(scope for scope in key.scopes if scope != "any")) for key in KEYS if key.help]
    rows = [f"| `{key.label}` | {key.help} | {where or 'everywhere'} |" for key, where in placed]
    return "\n".join(["| key | what it does | screens |", "|---|---|---|", *rows]) + "\n"
