"""What is true of every page, at every width."""

import json

import pytest
from rich.cells import cell_len

from doctor.report.lines import ASCII, UNICODE, Glyphs, documents, plain, styled
from doctor.report.lines.spans import line_width
from tests.unit.report.pages import PAGES, WIDTHS

SECRET_DIGEST = "0f1e2d3c4b5a"


def _policy(statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("width", [*WIDTHS, 41, 60, 110])
@pytest.mark.parametrize("name", [name for name in PAGES if name != "tally"])
def test_no_line_is_wider_than_the_page(name: str, width: int, glyphs: Glyphs) -> None:
    wide = [line for line in PAGES[name](width, glyphs) if line_width(line) > width]

    assert wide == []


@pytest.mark.parametrize("name", PAGES)
def test_widths_agree_with_the_terminal_library(name: str) -> None:
    """The screen is drawn by a library that counts cells itself: a difference would shift what stands to the right."""
    for line in PAGES[name](118, UNICODE):
        text = "".join(text for text, _ in line)

        assert cell_len(text) == line_width(line)


@pytest.mark.parametrize("name", PAGES)
def test_ascii_pages_are_ascii_but_for_the_account_s_own_words(name: str) -> None:
    text = plain(PAGES[name](78, ASCII)).replace("漢字", "")

    assert text.isascii()


@pytest.mark.parametrize("name", PAGES)
def test_data_never_controls_the_terminal(name: str) -> None:
    text = plain(PAGES[name](78, UNICODE))

    assert "\x1b" not in text
    assert all(line.isprintable() for line in text.splitlines())


@pytest.mark.parametrize("name", PAGES)
def test_color_changes_nothing_but_color(name: str) -> None:
    lines = PAGES[name](78, UNICODE)
    colored = styled(lines, color=True)

    assert styled(lines, color=False) == plain(lines)
    assert _without_color(colored) == plain(lines)


def _without_color(text: str) -> str:
    pieces = text.split("\x1b[")
    return pieces[0] + "".join(piece.partition("m")[2] for piece in pieces[1:])


def test_a_secret_is_told_by_kind_and_length_alone() -> None:
    for name in ("config", "raw"):
        text = plain(PAGES[name](118, UNICODE))

        assert "<redacted value, 18 characters>" in text
        assert SECRET_DIGEST not in text


def test_markup_in_data_is_text() -> None:
    assert "[bold]not markup[/]" in plain(PAGES["functions"](118, UNICODE))
    assert "[red]secret[/red]" in plain(PAGES["logs"](118, UNICODE))


ALLOW = {"Sid": "A", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::b/*"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ([ALLOW], ["Allow s3:GetObject, s3:PutObject on arn:aws:s3:::b/*"]),
        ([TRUST, ALLOW], ["Allow lambda.amazonaws.com to sts:AssumeRole", documents.told(_policy([ALLOW]))[0]]),
        (
            [{**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}],
            ['Allow s3:GetObject, s3:PutObject on arn:aws:s3:::b/* if {"Bool": {"aws:SecureTransport": "true"}}'],
        ),
        ([{**ALLOW, "NotAction": "s3:*"}], []),
        ("none", []),
    ],
)
def test_a_policy_is_told_by_its_statements_or_not_at_all(statements: object, said: list[str]) -> None:
    assert documents.told(_policy(statements)) == said


@pytest.mark.parametrize("value", ["plain", "{", "[]", '{"a": 1}', 7, None])
def test_what_is_no_policy_is_not_told_as_one(value: object) -> None:
    assert not documents.told(value)
