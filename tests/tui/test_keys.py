"""One table of keys: no key twice in a screen, none undocumented, none without its action."""

from itertools import chain

import pytest
from textual.widget import Widget

from doctor.report.lines import UNICODE, frame
from doctor.report.lines.spans import line_width
from doctor.tui import keys
from doctor.tui.screens.diagnosis import DiagnosisScreen
from doctor.tui.screens.fix import FixScreen
from doctor.tui.screens.frame import Frame
from doctor.tui.screens.functions import FunctionsScreen
from doctor.tui.screens.page import PageScreen
from doctor.tui.screens.run import RunScreen
from doctor.tui.widgets.lineview import LineView
from doctor.tui.widgets.prompt import Prompt
from doctor.tui.widgets.rowlist import RowList

SCREENS: dict[keys.Scope, type[Frame]] = {
    "functions": FunctionsScreen,
    "diagnosis": DiagnosisScreen,
    "reproduce": RunScreen,
    "fix": FixScreen,
    "page": PageScreen,
}
OWNERS: dict[keys.Scope, type[Widget]] = {**SCREENS, "any": Frame, "rows": RowList, "text": LineView, "prompt": Prompt}


@pytest.mark.parametrize("scope", SCREENS)
def test_no_key_has_two_meanings_on_a_screen(scope: keys.Scope) -> None:
    for view in ("rows", "text"):
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


def test_a_letter_that_acts_means_the_same_on_every_screen() -> None:
    meanings: dict[str, set[str]] = {}
    for key in keys.KEYS:
        for name in key.keys.split(","):
            if len(name) == 1 and name.isalpha() and key.scopes != ("prompt",):
                meanings.setdefault(name, set()).add(key.action.partition("(")[0])

    assert {name: actions for name, actions in meanings.items() if len(actions) > 1} == {"r": {"reproduce", "again"}}
