"""The filter's grammar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.tui import filtering
from tests.tui import samples
from tests.tui.samples import ROWS


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("", [row.name for row in ROWS]),
        ("report", ["report-export"]),
        ("NAT payments", ["payments-reconcile"]),
        ("NAT report", []),
        ("!ok !critical", ["billing-nightly", "catalog-import", "search-indexer"]),
        ("runtime:node", ["billing-nightly", "catalog-import", "webhook-stripe"]),
        ("mem>256", ["catalog-import", "webhook-stripe"]),
        ("timeout>=60", ["billing-nightly"]),
        ("timeout<=10", ["report-export", "webhook-stripe"]),
        ("timeout<11", ["report-export", "webhook-stripe"]),
        ("p95>30", ["payments-reconcile", "billing-nightly"]),
        ("err>0", ["payments-reconcile", "report-export", "catalog-import"]),
        ("!err>0 health:ok", ["emails-send", "webhook-stripe"]),
        ("sev:high", ["report-export"]),
        ("vpc:0a", ["payments-reconcile"]),
        ("role:payments !rule:nat", []),
        ("rule:no-route", ["payments-reconcile"]),
        ("tag.team:pay", ["payments-reconcile"]),
        ("tag.stage:", ["payments-reconcile"]),
        ("tag.owner:pay", []),
        ("~pyrc", ["payments-reconcile"]),
        ("[bold]", ["catalog-import"]),
        ("!", [row.name for row in ROWS]),
    ],
)
def test_a_filter_shows(pattern: str, names: list[str]) -> None:
    assert [row.name for row in filtering.apply(pattern, ROWS)] == names


def test_what_was_not_seen_matches_no_comparison() -> None:
    both = filtering.apply("err>0", ROWS) + filtering.apply("err<1000000", ROWS)

    assert "search-indexer" not in [row.name for row in both]


@pytest.mark.parametrize(
    ("pattern", "unknown"), [("team:x", ("team",)), ("size>3", ("size",)), ("name:x", ()), ("a:1 b", ("a",))]
)
def test_an_unknown_column_is_named(pattern: str, unknown: tuple[str, ...]) -> None:
    assert filtering.parse(pattern).unknown == unknown


@given(st.text(max_size=40))
def test_every_text_is_a_filter(pattern: str) -> None:
    shown = filtering.apply(pattern, ROWS)

    assert set(shown) <= set(ROWS)


@given(st.lists(st.sampled_from(["r", "re", "rep", "report", "ok", "!ok", "err>1", "py node", "~rx", "", "Report"])))
def test_narrowing_shows_what_the_filter_alone_would(typed: list[str]) -> None:
    narrowing = filtering.Narrowing()
    rows = list(samples.ROWS)

    for pattern in typed:
        assert narrowing(pattern, rows) == filtering.apply(pattern, rows)


def test_narrowing_looks_again_when_the_rows_change() -> None:
    narrowing = filtering.Narrowing()

    assert [row.name for row in narrowing("report", list(samples.ROWS))] == ["report-export"]
    assert narrowing("report", list(samples.ROWS[2:])) == []
