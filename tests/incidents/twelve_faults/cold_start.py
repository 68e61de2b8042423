"""A module that prepares for seconds before its first call, and one that imports much but starts soon enough."""

from datetime import datetime
from decimal import Decimal

from tests.incidents.twelve_faults.deploy import execution_role, function, log_group
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.visits import jitter, write


def parts() -> list[Part]:
    return [price_index(), price_lookup()]


def price_index() -> Part:
    name = "price-index"
    latest = function(name, runtime="python3.12", handler="search.handler", timeout=10, memory=512)
    found = {"polished brass": 10, "titanium": 60, "nylon hinge": 6, "valve": 48, "blackened steel": 10}

    def run(at: datetime, which: int) -> Run:
        query, count = list(found.items())[which]
        took = jitter(name, at.isoformat(), around=2.4, spread=0.4)
        return Run(at=at, needs=took, memory=58, said=[(took - 0.5, f"{query!r}: {count} of 480 articles")])

    visits = (
        [(172.4, 0), (172.1, 1)],
        [(154.3, 2)],
        [(131.8, 3), (130.2, 0)],
        [(107.5, 4)],
        [(81.6, 1), (80.9, 2)],
        [(58.3, 0)],
        [(43.4, 3), (42.2, 4), (41.8, 1)],
        [(24.1, 2)],
        [(8.8, 0), (7.4, 3)],
    )
    return Part(
        function=latest,
        resources=(execution_role(name), log_group(name)),
        log=write(Journal(function=latest), visits, run, init=2610),
    )


def price_lookup() -> Part:
    name = "price-lookup"
    latest = function(name, runtime="python3.12", handler="lookup.handler", timeout=10, memory=256)

    def run(at: datetime, article: int) -> Run:
        took = jitter(name, at.isoformat(), around=1.7, spread=0.4)
        price = Decimal(99 + article * 7 % 9000) / 100
        return Run(at=at, needs=took, memory=62, said=[(took - 0.4, f"A-{article:06d} costs {price}")])

    visits = (
        [(164.9, 4711), (164.2, 88)],
        [(138.7, 20177)],
        [(101.3, 512), (100.6, 4711)],
        [(70.2, 90210), (69.9, 31337), (67.4, 12)],
        [(33.5, 4711)],
        [(13.8, 7), (12.9, 6502)],
    )
    return Part(
        function=latest,
        resources=(execution_role(name), log_group(name)),
        log=write(Journal(function=latest), visits, run, init=688),
    )
