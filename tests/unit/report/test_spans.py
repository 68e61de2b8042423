"""Cells, cuts and wraps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.report.lines.spans import chop, clean, cut, cut_line, line_width, pad, plain, split_line, width, wrap

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "cells"),
    [("", 0), ("abc", 3), ("漢字", 4), ("e\u0301", 1), ("●▲○◆", 4), ("\x1b[31m", 5), ("\u202eabc", 4)],
)
def test_width_counts_cells(text: str, cells: int) -> None:
    assert width(text) == cells


@given(TEXTS, st.integers(1, 40))
def test_a_padded_text_has_exactly_its_width(text: str, cells: int) -> None:
    assert width(pad(text, cells, "~")) == cells


@given(TEXTS, st.integers(1, 40))
def test_a_cut_text_fits_and_says_that_it_was_cut(text: str, cells: int) -> None:
    short = cut(text, cells, "~")

    assert width(short) <= cells
    assert short == text or short.endswith("~")


@given(st.lists(TEXTS, max_size=5), st.integers(1, 40))
def test_a_cut_line_fits(texts: list[str], cells: int) -> None:
    line = tuple((text, "text") for text in texts)

    assert line_width(cut_line(line, cells, "~")) <= cells


@given(st.lists(TEXTS, max_size=5), st.integers(0, 40))
def test_a_line_is_parted_without_loss(texts: list[str], cells: int) -> None:
    line = tuple((text, "text") for text in texts)
    left, right = split_line(line, cells)

    assert plain([(*left, *right)]) == plain([line])
    assert line_width(left) <= cells


@given(TEXTS, st.integers(2, 40))
def test_wrapping_loses_nothing_but_blanks(text: str, cells: int) -> None:
    lines = wrap(text, cells)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= cells for line in lines)


@given(TEXTS)
def test_what_is_shown_is_as_wide_as_it_was_counted(text: str) -> None:
    assert width(clean(text)) == width(text)


@given(TEXTS)
def test_nothing_shown_can_control_a_terminal(text: str) -> None:
    shown = clean(text)

    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in shown)
    assert "\u202e" not in shown


def test_plain_text_has_no_blanks_at_line_ends() -> None:
    assert plain([(("a", "bold"), ("   ", "text")), ()]) == "a\n\n"


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("arn:aws:sqs:eu-west-1:123456789012:orders", ["arn:aws:sqs:eu-west-", "1:123456789012:", "orders"]),
        ("abcdefghijklmnopqrstuvwxyz", ["abcdefghijklmnopqrst", "uvwxyz"]),
        ("a-bcdefghijklmnopqrstuvwxyz", ["a-bcdefghijklmnopqrs", "tuvwxyz"]),
    ],
)
def test_a_long_word_is_parted_behind_a_mark_where_one_is_near(word: str, pieces: list[str]) -> None:
    assert list(chop(word, 20)) == pieces
