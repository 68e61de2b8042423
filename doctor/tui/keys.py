"""Every key, once: the bindings, the footers and the help page are made from this table.

One key has one meaning everywhere. Control+D, Control+K and Delete are never bound: other terminal UIs destroy with them.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

Scope = Literal["any", "rows", "text", "prompt", "functions", "diagnosis", "reproduce", "fix", "page", "help"]


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

KEYS: tuple[Key, ...] = (
    Key("open", "enter,l,right", "Enter", "open", "open the function", ("functions",), 1),
    Key("open", "enter,l,right", "Enter", "rule", "page of the rule that found it", ("diagnosis",), 1),
    Key("move(1)", "j,down", "j", "", "move down", ("rows", "text")),
    Key("move(-1)", "k,up", "k", "", "move up", ("rows", "text")),
    Key("turn(1)", "pagedown,ctrl+f", "PgDn", "", "page down, page up (PgUp)", ("rows", "text")),
    Key("turn(-1)", "pageup,ctrl+b", "PgUp", "", "", ("rows", "text")),
    Key("half(-1)", "ctrl+u", "Ctrl+U", "", "half a page up", ("rows", "text")),
    Key("top", "g,home", "g", "", "top, bottom (G)", ("rows", "text")),
    Key("bottom", "G,end", "G", "", "", ("rows", "text")),
    Key("filter", "slash", "/", "filter", "show the rows that match", ("functions",), 2),
    Key("search", "slash", "/", "search", "search this page", ("diagnosis", "reproduce", "page"), 6),
    Key("found(1)", "n", "n", "", "next match, previous (N)", ("diagnosis", "reproduce", "page")),
    Key("found(-1)", "N", "N", "", "", ("diagnosis", "reproduce", "page")),
    Key("sort", "s", "s", "sort", "sort by the next column", ("functions",), 5),
    Key("reproduce", "r", "r", "reproduce", "run the failing invocation here", ("functions", "diagnosis"), 3),
    Key("again", "r", "r", "run again", "run it once more", ("reproduce",), 1),
    Key("fix", "f", "f", "fix", "prove a fix, then apply it", ("functions", "diagnosis", "reproduce"), 4),
    Key("tab(1)", "right_square_bracket", "]", "", "next tab, previous ([)", ("diagnosis",)),
    Key("tab(-1)", "left_square_bracket", "[", "", "", ("diagnosis",)),
    Key("show_tab", "1,2,3,4,5", "1..5", "tabs", "a tab by its number", ("diagnosis",), 2),
    Key("passed", "p", "p", "passed", "rules that looked and found nothing", ("diagnosis",), 7),
    Key("wrap", "w", "w", "wrap", "long log lines whole", ("diagnosis",)),
    Key("choose(1)", "right_square_bracket", "]", "next fix", "next fix, previous ([)", ("fix",), 2),
    Key("choose(-1)", "left_square_bracket", "[", "", "", ("fix",)),
    Key("prove", "enter", "Enter", "prove", "rehearse the fix here, then ask", ("fix",), 1),
    Key("undo", "u", "u", "undo", "take the applied fix back", ("fix",), 3),
    Key("copy", "y", "y", "copy", "copy this page's text", ("diagnosis", "reproduce", "fix", "page"), 8),
    Key("collect", "R", "R", "collect", "collect the account again", ("functions", "diagnosis"), 9),
    Key("switch", "tab,shift+tab", "Tab", "", "next pane", ("diagnosis",)),
    Key("stop", "ctrl+x", "Ctrl+X", "", "stop the job; an apply makes no further call", EVERYWHERE),
    Key("go_to", "colon", ":", "go to", ":fn NAME :functions :unseen :theme :quit", EVERYWHERE, 20),
    Key("help", "question_mark,f1", "?", "keys", "this help", EVERYWHERE, 30),
    Key("back", "q,backspace,left", "q", "back", "back; quit at the top", EVERYWHERE, 31),
    Key("escape", "escape", "Esc", "", "clear the filter, then back", EVERYWHERE),
    Key("mouse", "ctrl+t", "Ctrl+T", "", "mouse on, off (off: select text)", EVERYWHERE),
    Key("accept", "enter", "Enter", "", "keep the filter, run the command", ("prompt",)),
    Key("recall", "up", "Up", "", "what was typed before", ("prompt",)),
    Key("leave", "escape", "Esc", "", "leave the line", ("prompt",)),
)


def of(*scopes: Scope) -> Iterator[Key]:
    """The keys of these scopes, in the table's order."""
    return (key for key in KEYS if set(key.scopes) & set(scopes))


def footer(scope: Scope, *, back: str = "back") -> list[tuple[str, str]]:
    """Label and title of the footer's keys, by rank; ``back`` says what ``q`` does here."""
    ranked = sorted((key for key in of(scope, "any") if key.footer), key=lambda key: key.footer)
    return [(key.label, back if key.action == "back" else key.title) for key in ranked]


def sheet(*scopes: Scope) -> list[tuple[str, str]]:
    """Label and help of every key that has one, for the help page."""
    return [(key.label, key.help) for key in of(*scopes) if key.help]
