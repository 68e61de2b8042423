"""Every page at four widths, and once in ASCII, is what a person has read and accepted.

``DOCTOR_UPDATE_GOLDENS=1`` writes the files anew; read them before they are kept.
"""

import os
from pathlib import Path

import pytest

from doctor.report.lines import ASCII, UNICODE, plain
from tests.unit.report.pages import PAGES, WIDTHS

FOLDER = Path(__file__).parents[2] / "golden" / "lines"


def rendered(name: str) -> str:
    page = PAGES[name]
    parts = [f"== {width}\n{plain(page(width, UNICODE))}" for width in WIDTHS]
    return "".join([*parts, f"== 78 ascii\n{plain(page(78, ASCII))}"])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_was_accepted(name: str) -> None:
    path = FOLDER / f"{name}.txt"
    if os.environ.get("DOCTOR_UPDATE_GOLDENS"):
        path.write_text(rendered(name), encoding="utf-8")

    assert rendered(name) == path.read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(PAGES)
