"""Everywhere one can go to: what ``:`` understands, and what the palette offers."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from doctor.tui import keys, themes

if TYPE_CHECKING:
    from doctor.tui.application import DoctorApp
    from doctor.tui.screens.frame import Frame

_ALIASES = {"q": "quit", "function": "fn", "job": "jobs", "api": "jobs", "snap": "open", "keys": "help", "R": "collect"}
_NO_ACCOUNT = {"demo": False, "snapshot": "", "server": 0}
"""What a target has no more when another account is looked at."""


class Place(NamedTuple):
    """One place with what it is."""

    help: str
    go: Callable[["DoctorApp", str], str]
    """Goes there with what was typed behind the word; returns what to say, empty when it is plain to see."""
    needs: str = ""
    """What must be typed behind the word."""


def _then(act: Callable[[], object]) -> str:
    act()
    return ""


def _function(app: "DoctorApp", name: str) -> str:
    if name not in {row.name for row in app.session.rows}:
        return f"no function is called {name}" if name else "which one? :fn NAME"
    return _then(lambda: app.open_function(name))


def _theme(app: "DoctorApp", shade: str) -> str:
    if shade not in ("dark", "light"):
        return ":theme dark or :theme light"
    app.theme = themes.name("dark" if shade == "dark" else "light", own_colors=app.terminal.own_colors)
    return ""


def _open(app: "DoctorApp", path: str) -> str:
    if not path or not Path(path).expanduser().exists():
        return f"{path}: no such snapshot" if path else "which one? :open FILE"
    return _then(lambda: app.turn_to(**{**_NO_ACCOUNT, "snapshot": str(Path(path).expanduser())}))


def _save(app: "DoctorApp", name: str) -> str:
    from doctor.tui.screens.functions import FunctionsScreen

    on = app.screen
    return on.save_filter(name) if isinstance(on, FunctionsScreen) else "filters are saved in the function list"


def _compare(app: "DoctorApp", path: str) -> str:
    return _then(lambda: app.open_comparison("", path))


def _account(app: "DoctorApp", option: str, name: str) -> str:
    if name:
        return _then(lambda: app.turn_to(**{**_NO_ACCOUNT, option: name}))
    known = _KNOWN[option]()
    if not known:
        return f"which one? :{option} NAME"
    go_there = PLACES[option].go
    return _then(lambda: app.choose(f"Which {option}?", known, lambda one: go_there(app, one)))


def _region(app: "DoctorApp", name: str) -> str:
    return _then(app.open_regions) if name == "all" else _account(app, "region", name)


def _profiles() -> list[tuple[str, str]]:
    from doctor.tui.sources import profiles

    found = profiles(os.environ, Path.home())
    return [(name, "signs in by a browser" if signs_in else "") for name, signs_in in found.items()]


def _regions() -> list[tuple[str, str]]:
    return [("all", "count the functions of each"), *((name, "") for name in REGIONS)]


def _collect(app: "DoctorApp", _: str) -> str:
    app.session.load()
    return ""


def _full(app: "DoctorApp", _: str) -> str:
    app.session.load(full=True)
    return "collecting in full: nothing is taken from the snapshot before"


_KNOWN: dict[str, Callable[[], list[tuple[str, str]]]] = {"profile": _profiles, "region": _regions}
REGIONS = (
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "ca-west-1",
    "mx-central-1",
    "sa-east-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "af-south-1",
    "ap-east-1",
    "ap-south-1",
    "ap-south-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
)
"""Regions to choose from; any other is gone to by its name."""


PLACES: dict[str, Place] = {
    "functions": Place("the function list", lambda app, _: _then(app.show_functions)),
    "fn": Place("one function", _function, "NAME"),
    "incidents": Place("root causes, each with its functions", lambda app, _: _then(lambda: app.open_incidents(""))),
    "rules": Place("what each rule looks for and said", lambda app, name: _then(lambda: app.open_rules(name))),
    "compare": Place("what changed in the whole account", _compare),
    "jobs": Place("jobs, and every API call that was made", lambda app, _: _then(app.open_work)),
    "history": Place("what was applied, to be taken back", lambda app, _: _then(app.open_history)),
    "collect": Place("collect again", _collect),
    "unseen": Place("what could not be read", lambda app, _: _then(app.show_not_seen)),
    "region": Place("another region; all: where there are functions", _region),
    "profile": Place("another profile", lambda app, name: _account(app, "profile", name)),
    "save": Place("keep the list's filter as a tab; without a filter, drop the tab", _save, "NAME"),
    "full": Place("collect everything anew, nothing from the snapshot before", _full),
    "open": Place("a snapshot file", _open, "FILE"),
    "demo": Place("the embedded account", lambda app, _: _then(lambda: app.turn_to(**{**_NO_ACCOUNT, "demo": True}))),
    "theme": Place("dark or light", _theme, "SHADE"),
    "help": Place("the keys", lambda app, _: _then(lambda: app.show_help("functions"))),
    "quit": Place("leave doctor", lambda app, _: _then(app.leave)),
}


def go(app: "DoctorApp", typed: str) -> str:
    """Go where ``:`` was told to; returns what to say when there is no such place."""
    word, _, rest = typed.strip().partition(" ")
    if not word:
        return ""
    place = PLACES.get(_ALIASES.get(word, word))
    if place is None:
        begun = [name for name in PLACES if name.startswith(word)]
        if len(begun) != 1:
            return f"there is no :{word}; try {' '.join(f':{name}' for name in PLACES)}"
        place = PLACES[begun[0]]
    return place.go(app, rest.strip())


def everything(on: "Frame", app: "DoctorApp") -> dict[str, tuple[str, Callable[[], object]]]:
    """By label, a note and what to do: this screen's keys, the places, the functions."""
    made: dict[str, tuple[str, Callable[[], object]]] = {}
    for key in keys.of(on.scope, "any"):
        if key.help and key.action not in {"palette", "escape"} | keys.WITH_KEY:
            made[key.help] = (key.label, lambda action=key.action: app.call_later(on.run_action, action))  # type: ignore[misc]
    for name, place in PLACES.items():
        label = f":{name} {place.needs}".strip()
        if place.needs:
            made[label] = (place.help, lambda word=name: on.prompt.ask("go", ":", f"{word} "))  # type: ignore[misc]
        else:
            made[label] = (place.help, lambda word=name: go(app, word))  # type: ignore[misc]
    for row in app.session.rows:
        made[row.name] = (row.why, lambda name=row.name: app.open_function(name))  # type: ignore[misc]
    return made
