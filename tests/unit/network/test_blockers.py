"""Each thing that stops a packet: one account that works, and what it takes to break it."""

import pytest

from tests.unit.network import cases_beyond, cases_filters, cases_inside, cases_joined, cases_names, cases_routes
from tests.unit.network.accounts import ask, noticed, told

ALL = (cases_inside, cases_beyond, cases_filters, cases_routes, cases_names, cases_joined)
CASES = {name: case for one in ALL for name, case in one.CASES.items()}
WORKING = ("sg-006", "sg-015", "gwe-009", "ife-001", "pcx-005", "tgw-015")


@pytest.mark.parametrize("name", CASES)
def test_what_stops_a_packet_is_named_and_nothing_else_is(name: str) -> None:
    base, changes, query, verdict, blockers, notices = CASES[name]

    trace = ask(base, *changes, **query)

    assert (trace.verdict, told(trace)) == (verdict, blockers)
    assert notices <= noticed(trace)


def test_the_account_of_a_case_works_before_it_is_broken() -> None:
    assert {base: ask(base).verdict for base in WORKING} == dict.fromkeys(WORKING, "reachable")
