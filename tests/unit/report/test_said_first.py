"""What a page must say first, whole, or not at all, whatever else is on it."""

from msgspec.structs import replace

from doctor.model.finding import Crash
from doctor.report.lines import UNICODE, functions, plain, rule, why
from tests.tui import samples


def test_what_was_found_stands_above_what_it_rests_on_where_nothing_failed() -> None:
    shown = plain(why.page(replace(samples.SLOW, explanations=()), 78, UNICODE))

    assert 0 < shown.index("FOUND") < shown.index("EVIDENCE") < shown.index("FIX")


def test_the_failure_stands_first_where_there_is_one() -> None:
    shown = plain(why.page(samples.SLOW, 78, UNICODE))

    assert 0 < shown.index("WHY IT FAILS") < shown.index("EVIDENCE")


def test_nothing_found_is_not_ticked_where_a_rule_failed() -> None:
    crashed = replace(
        samples.HEALTHY, skips=(), crashes=(Crash(rule="memory", subject=samples.HEALTHY.row.arn, error="KeyError"),)
    )

    assert " ? " in plain(why.page(crashed, 78, UNICODE)).split("NOTHING FOUND")[1].splitlines()[1]


def test_a_reason_that_is_too_long_for_the_two_lines_below_the_list_is_marked_as_cut() -> None:
    row = replace(samples.SLOW.row, why="one two three four " * 12)
    lines = plain(functions.more(row, 78, UNICODE)).splitlines()

    assert len(lines) == 2
    assert lines[1].endswith("\u2026")
    assert len(lines[1]) <= 78


def test_a_word_before_a_colon_within_a_sentence_begins_no_field_of_a_rule_s_page() -> None:
    page = "It fails.\n\nFix: a new\ngateway: in the order of cost.\nSee: https://example.com/"
    shown = plain(rule.page(replace(samples.SLOW.rules[0], page=page), 78, UNICODE))

    assert "Fix: a new gateway: in the order of cost.\nSee: " in shown
