"""A package without its dependency and a handler that goes by another name, beside a package and a name that are right."""

from collections.abc import Sequence
from datetime import datetime

from doctor.logs.invocations import LogEvent
from tests.incidents.twelve_faults.deploy import change, execution_role, function, log_group
from tests.incidents.twelve_faults.forms import Raised
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.scene import ago
from tests.incidents.twelve_faults.visits import jitter, write


def parts() -> list[Part]:
    return [address_verify(), contact_verify(), label_print(), label_preview()]


def address_verify() -> Part:
    name = "address-verify"
    deployed = ago(hours=4, minutes=26)
    latest = function(name, runtime="python3.12", handler="app.handler", timeout=5, modified=deployed)
    missing = Raised(
        error_type="Runtime.ImportModuleError",
        message="Unable to import module 'app': No module named 'phonenumbers'",
    )
    return Part(
        function=latest,
        resources=(execution_role(name), log_group(name)),
        log=_failing(Journal(function=latest), (169.3, 133.7, 94.8, 71.4, 55.6, 32.2, 14.5), missing, init=96),
        changes=(change(deployed, "UpdateFunctionCode20150331v2", "lambda", latest.function_arn),),
    )


def contact_verify() -> Part:
    name = "contact-verify"
    deployed = ago(hours=4, minutes=21)
    latest = function(name, runtime="python3.12", handler="app.handler", timeout=5, modified=deployed)
    countries = ("DE", "AT", "NL", "FR")

    def run(at: datetime, which: int) -> Run:
        took = jitter(name, at.isoformat(), around=1.9, spread=0.3)
        verdict = "plausible" if which else "telephone"
        return Run(at=at, needs=took, memory=33, said=[(took - 0.4, f"contact in {countries[which]}: {verdict}")])

    visits = (
        [(168.1, 1), (167.5, 0)],
        [(111.9, 3), (110.2, 2)],
        [(62.3, 1), (61.7, 1), (60.4, 0)],
        [(22.8, 2), (20.7, 3)],
    )
    return Part(
        function=latest,
        resources=(execution_role(name), log_group(name)),
        log=write(Journal(function=latest), visits, run, init=99),
        changes=(change(deployed, "UpdateFunctionCode20150331v2", "lambda", latest.function_arn),),
    )


def label_print() -> Part:
    name = "label-print"
    renamed = ago(hours=6, minutes=3)
    latest = function(name, runtime="python3.11", handler="app.lambda_handler", timeout=5, modified=renamed)
    missing = Raised(
        error_type="Runtime.HandlerNotFound",
        message="Handler 'lambda_handler' missing on module 'app'",
    )
    return Part(
        function=latest,
        resources=(execution_role(name), log_group(name)),
        log=_failing(Journal(function=latest), (158.4, 122.6, 87.3, 49.9, 28.7, 9.2), missing, init=91),
        changes=(change(renamed, "UpdateFunctionCode20150331v2", "lambda", latest.function_arn),),
    )


def label_preview() -> Part:
    name = "label-preview"
    latest = function(name, runtime="python3.11", handler="src/labels/preview.render", timeout=5)

    def run(at: datetime, rows: int) -> Run:
        took = jitter(name, at.isoformat(), around=1.6, spread=0.3)
        said = [(took - 0.4, f"preview of PX-{88213000 + rows * 7}: {rows} rows")]
        return Run(at=at, needs=took, memory=33, said=said)

    visits = (
        [(157.6, 8), (156.9, 9)],
        [(86.5, 8), (85.1, 8), (83.8, 7)],
        [(48.2, 9), (47.7, 8)],
        [(8.5, 8), (6.6, 8)],
    )
    return Part(
        function=latest,
        resources=(execution_role(name), log_group(name)),
        log=write(Journal(function=latest), visits, run, init=94),
    )


def _failing(journal: Journal, minutes: Sequence[float], error: Raised, *, init: float) -> tuple[LogEvent, ...]:
    """Calls so far apart that each finds no environment, and each new environment fails to start."""
    name = journal.function.function_name
    events: tuple[LogEvent, ...] = ()
    for before in minutes:
        took = jitter(name, f"init {before}", around=init)
        events += journal.broken_environment(ago(minutes=before), init=took, memory=32, error=error)
    return events
