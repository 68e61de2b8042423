"""The filter's grammar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.tui import filtering
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
        ("timeout<11", ["report-export", "webhook-stripe"]),
        ("p95>30", ["payments-reconcile", "billing-nightly"]),
        ("err>0", ["payments-reconcile", "report-export", "catalog-import"]),
        ("!err>0 health:ok", ["emails-send", "webhook-stripe"]),
        ("sev:high", ["report-export"]),
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
    ("pattern", "unknown"), [("vpc:x", ("vpc",)), ("size>3", ("size",)), ("name:x", ()), ("a:1 b", ("a",))]
)
def test_an_unknown_column_is_named(pattern: str, unknown: tuple[str, ...]) -> None:
    assert filtering.parse(pattern).unknown == unknown


@given(st.text(max_size=40))
def test_every_text_is_a_filter(pattern: str) -> None:
    shown = filtering.apply(pattern, ROWS)

    assert set(shown) <= set(ROWS)
