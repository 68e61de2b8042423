"""A handler that asks for more memory than it has, and one that comes to 70 % of its own."""

from datetime import datetime

from tests.incidents.twelve_faults.deploy import change, execution_role, function, log_group
from tests.incidents.twelve_faults.forms import Json
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.scene import ago
from tests.incidents.twelve_faults.visits import jitter, write


def parts() -> list[Part]:
    return [statement_export(), ledger_export()]


def statement_export() -> Part:
    name = "statement-export"
    latest = function(name, runtime="nodejs22.x", handler="index.handler", timeout=30, modified=ago(days=1, hours=5))

    def run(at: datetime, months: int) -> Run:
        """Three months of a small account go through, a year of a large one is killed in its seventh month."""
        each = jitter(name, at.isoformat(), around=611, spread=0.04)
        large = months > 3
        records = 90_000 if large else 31_000
        written = [
            (each * n, f"month {n} of {months} written, {records} records") for n in range(1, min(months, 6) + 1)
        ]
        if large:
            return Run(at=at, needs=each * 6.4, memory=128, said=written, killed=True)
        whole = f"statement of AC-5501-{10 + months}: {months * records * 96} bytes"
        return Run(
            at=at,
            needs=each * (months + 0.3),
            memory=101 + 6 * months,
            said=[*written, (each * (months + 0.2), whole)],
        )

    visits = (
        [(170.8, 1), (167.3, 3)],
        [(128.1, 12), (126.9, 12)],
        [(92.7, 2)],
        [(57.5, 12), (56.4, 3), (54.2, 12)],
        [(31.6, 1), (30.2, 12), (28.8, 12)],
        [(7.9, 3), (6.1, 12)],
    )
    return Part(
        function=latest,
        resources=(execution_role(name), log_group(name)),
        log=write(Journal(function=latest), visits, run, init=152),
        changes=(change(ago(days=1, hours=5), "UpdateFunctionConfiguration20150331v2", "lambda", latest.function_arn),),
    )


def ledger_export() -> Part:
    name = "ledger-export"
    latest = function(name, runtime="nodejs22.x", handler="index.handler", timeout=30, memory=256, log_format="JSON")

    def run(at: datetime, weeks: int) -> Run:
        each = jitter(name, at.isoformat(), around=143, spread=0.05)
        written = [(each * n, f"week {n} of {weeks} written, 46000 entries") for n in range(1, weeks + 1)]
        whole = (each * (weeks + 0.4), f"ledger L-{weeks:02d}: {weeks * 46000 * 96} bytes")
        return Run(at=at, needs=each * (weeks + 0.7), memory=71 + int(8.5 * weeks), said=[*written, whole])

    visits = (
        [(153.2, 13), (151.4, 4)],
        [(98.8, 13)],
        [(45.9, 8), (44.4, 12), (42.7, 13)],
        [(11.2, 5), (10.3, 12)],
    )
    return Part(
        function=latest,
        resources=(execution_role(name), log_group(name, retention=90)),
        log=write(Journal(function=latest, form=Json()), visits, run, init=158),
    )
