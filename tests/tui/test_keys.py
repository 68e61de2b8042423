"""One table of keys: no key twice in a screen, none undocumented, none without its action."""

from collections.abc import Iterator
from itertools import chain

import pytest
from textual.widget import Widget

from doctor.errors import ConfigError
from doctor.report.lines import UNICODE, frame
from doctor.report.lines.spans import line_width
from doctor.tui import keys
from doctor.tui.screens.compare import CompareScreen
from doctor.tui.screens.diagnosis import DiagnosisScreen
from doctor.tui.screens.fix import FixScreen
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.functions import FunctionsScreen
from doctor.tui.screens.help import HelpScreen
from doctor.tui.screens.history import HistoryScreen
from doctor.tui.screens.incidents import IncidentsScreen
from doctor.tui.screens.menu import MenuScreen
from doctor.tui.screens.page import PageScreen
from doctor.tui.screens.regions import RegionsScreen
from doctor.tui.screens.rules import RulesScreen
from doctor.tui.screens.run import RunScreen
from doctor.tui.screens.runs import RunsScreen
from doctor.tui.screens.work import WorkScreen
from doctor.tui.widgets.bindings import bindings
from doctor.tui.widgets.lineview import LineView
from doctor.tui.widgets.prompt import Prompt
from doctor.tui.widgets.rowlist import RowList

SCREENS: dict[keys.Scope, type[Frame]] = {
    "functions": FunctionsScreen,
    "diagnosis": DiagnosisScreen,
    "reproduce": RunScreen,
    "runs": RunsScreen,
    "history": HistoryScreen,
    "fix": FixScreen,
    "page": PageScreen,
    "incidents": IncidentsScreen,
    "regions": RegionsScreen,
    "rules": RulesScreen,
    "compare": CompareScreen,
    "work": WorkScreen,
    "menu": MenuScreen,
    "help": HelpScreen,
}
OWNERS: dict[keys.Scope, type[Widget]] = {**SCREENS, "any": Frame, "rows": RowList, "text": LineView, "prompt": Prompt}


@pytest.mark.parametrize("scope", SCREENS)
def test_no_key_has_two_meanings_on_a_screen(scope: keys.Scope) -> None:
    for view in () if scope in ("menu", "help") else ("rows", "text"):
        used = list(chain.from_iterable(key.keys.split(",") for key in keys.of(scope, "any", view)))

        assert sorted(used) == sorted(set(used))


@pytest.mark.parametrize("scope", SCREENS)
def test_a_footer_fits_eighty_columns_whole(scope: keys.Scope) -> None:
    shown = keys.footer(scope, back="back")
    line = frame.footer(shown, 80, UNICODE)

    assert line_width(line) <= 80
    assert [text for text, role in line if role == "key"][-2:] == ["?", "q"]
    assert len([text for text, role in line if role == "key"]) >= min(6, len(shown))


@pytest.mark.parametrize("scope", OWNERS)
def test_every_key_has_its_action(scope: keys.Scope) -> None:
    missing = [
        key.action for key in keys.of(scope) if not hasattr(OWNERS[scope], f"action_{key.action.partition('(')[0]}")
    ]

    assert missing == []


def test_every_key_is_explained_or_stands_beside_its_opposite() -> None:
    explained = {key.action.partition("(")[0] for key in keys.KEYS if key.help}
    silent = [key for key in keys.KEYS if not key.help and key.action.partition("(")[0] not in explained | {"bottom"}]

    assert silent == []


@pytest.mark.parametrize("never", ["ctrl+d", "ctrl+k", "delete", "ctrl+z"])
def test_what_destroys_elsewhere_is_never_bound(never: str) -> None:
    assert never not in chain.from_iterable(key.keys.split(",") for key in keys.KEYS)


@pytest.fixture
def _ours_again() -> Iterator[None]:
    yield
    keys._OWN.clear()


@pytest.mark.usefixtures("_ours_again")
def test_a_user_s_own_key_is_bound_and_shown() -> None:
    keys.rebind({"reproduce": "ctrl+r,f6"})

    (key,) = (one for one in keys.of("diagnosis") if one.action == "reproduce")
    assert (key.keys, key.label) == ("ctrl+r,f6", "Ctrl+R")
    assert ("Ctrl+R", "reproduce") in keys.footer("diagnosis")
    assert any("ctrl+r" in str(one) for one in bindings("diagnosis"))


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"destroy": "x"}, "there is no action 'destroy'"),
        ({"reproduce": "ctrl+d"}, "never bound"),
        ({"reproduce": "f"}, "'f' would mean both reproduce and fix"),
        ({"copy": "q"}, "would mean both"),
    ],
)
def test_own_keys_that_cannot_be_are_refused_and_forgotten(own: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        keys.rebind(own)

    assert keys._OWN == {}


def test_a_letter_that_acts_means_the_same_on_every_screen() -> None:
    meanings: dict[str, set[str]] = {}
    for key in keys.KEYS:
        for name in key.keys.split(","):
            if len(name) == 1 and name.isalpha() and key.scopes != ("prompt",):
                meanings.setdefault(name, set()).add(key.action.partition("(")[0])

    assert {name: actions for name, actions in meanings.items() if len(actions) > 1} == {"r": {"reproduce", "again"}}
