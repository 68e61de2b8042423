"""Time-outs of handlers that work right up to the deadline, called by name and through an alias, and handlers with time to spare."""

from collections.abc import Callable
from datetime import datetime

from doctor.logs.invocations import LogEvent
from doctor.model.function import Alias, Function
from tests.incidents.twelve_faults.deploy import (
    change,
    execution_role,
    function,
    invoke_permission,
    log_group,
    published,
)
from tests.incidents.twelve_faults.forms import Text
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.scene import ACCOUNT, REGION, ago, function_arn, identifier
from tests.incidents.twelve_faults.visits import Visits, jitter, write

API = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:k3v9q2m7xd/*/POST"


def parts() -> list[Part]:
    return [invoice_render(), receipt_render(), checkout_quote(), checkout_tax()]


def invoice_render() -> Part:
    latest = function(
        "invoice-render",
        runtime="python3.12",
        handler="app.handler",
        timeout=3,
        memory=256,
        modified=ago(days=1, hours=2, minutes=14),
        variables={"LETTERHEAD": "Northern Branch"},
    )

    def said(pieces: int) -> list[tuple[float, str]]:
        begins = (1.4, f"batch b-{20400 + 31 * pieces}: {pieces} invoices")
        return [begins, *((351.2 * n, f"INV-{20430 + n} rendered ({n} of {pieces})") for n in range(1, pieces + 1))]

    visits: Visits = (
        [(171.3, 4), (168.9, 12)],
        [(142.6, 6), (140.1, 8)],
        [(96.4, 3)],
        [(74.2, 12), (71.5, 7), (70.8, 11)],
        [(41.7, 5), (39.3, 12), (37.1, 12)],
        [(18.6, 8), (15.2, 12), (12.4, 2)],
        [(3.4, 12)],
    )
    shortened = change(
        ago(days=1, hours=2, minutes=14),
        "UpdateFunctionConfiguration20150331v2",
        "lambda",
        latest.function_arn,
    )
    return Part(
        function=latest,
        resources=(execution_role("invoice-render"), log_group("invoice-render")),
        log=_log(Journal(function=latest), visits, said, each=351.2, memory=41),
        changes=(shortened,),
    )


def receipt_render() -> Part:
    latest = function("receipt-render", runtime="python3.12", handler="app.handler", timeout=5, memory=256)

    def said(pieces: int) -> list[tuple[float, str]]:
        begins = (1.1, f"till till-07: {4 * pieces - 3} receipts on {pieces} pages")
        return [begins, *((350.9 * n, f"page {n} of {pieces} handed over") for n in range(1, pieces + 1))]

    visits: Visits = (
        [(166.2, 8), (163.7, 5)],
        [(121.9, 9)],
        [(83.5, 7), (80.2, 8), (78.8, 3)],
        [(47.3, 9), (44.6, 6), (43.1, 8)],
        [(9.7, 8), (6.9, 9)],
    )
    return Part(
        function=latest,
        resources=(execution_role("receipt-render"), log_group("receipt-render")),
        log=_log(Journal(function=latest), visits, said, each=350.9, memory=40),
    )


def checkout_quote() -> Part:
    name = "checkout-quote"
    latest = function(
        name,
        runtime="python3.13",
        handler="quote.handler",
        timeout=3,
        memory=512,
        modified=ago(days=1, hours=21, minutes=52),
    )

    def said(pieces: int) -> list[tuple[float, str]]:
        begins = (0.9, f"basket b-{5520000 + 37 * pieces}: {pieces} parcels, 3 carriers")
        return [begins, *((751.6 * n, f"parcel {n} of {pieces} priced") for n in range(1, pieces + 1))]

    visits: Visits = (
        [(174.5, 2), (173.1, 1), (169.4, 5)],
        [(133.2, 3), (131.9, 2)],
        [(88.7, 1), (86.3, 4), (85.6, 2)],
        [(52.4, 5), (50.9, 3), (49.5, 1)],
        [(26.8, 2), (25.3, 5), (22.6, 3)],
        [(5.1, 4), (2.2, 5)],
    )
    return _behind_live(
        latest,
        "3",
        log=_log(Journal(function=latest, version="3", form=Text(old=True)), visits, said, each=751.6, memory=38),
    )


def checkout_tax() -> Part:
    latest = function("checkout-tax", runtime="python3.13", handler="tax.handler", timeout=4, memory=512)

    def said(pieces: int) -> list[tuple[float, str]]:
        begins = (0.8, f"basket b-{5521000 + 53 * pieces}: {pieces} places")
        places = ("AT", "BE", "DE", "ES", "FR", "IE", "IT", "NL", "PT")
        return [
            begins,
            *((250.7 * n, f"{places[n - 1]} done ({n} of {pieces})") for n in range(1, pieces + 1)),
        ]

    visits: Visits = (
        [(159.8, 9), (157.4, 4)],
        [(112.3, 8), (110.6, 2), (109.9, 7)],
        [(64.1, 9), (62.7, 9), (61.5, 5)],
        [(29.2, 6), (27.7, 9)],
        [(4.3, 8)],
    )
    return _behind_live(
        latest,
        "7",
        log=_log(Journal(function=latest, version="7", form=Text(old=True)), visits, said, each=250.7, memory=37),
    )


def _behind_live(latest: Function, version: str, log: tuple[LogEvent, ...]) -> Part:
    """A function that an API calls through the alias ``live``: one version, published from ``$LATEST`` as it is."""
    name = latest.function_name
    released = ago(days=1, hours=21, minutes=40)
    permission = invoke_permission(
        name,
        sid="shop-api",
        service="apigateway",
        source_arn=f"{API}/{name}",
        qualifier="live",
    )
    live = Alias(
        alias_arn=function_arn(name, "live"),
        name="live",
        function_version=version,
        description="what the shop calls",
        revision_id=identifier(name, "revision", "live"),
        policy=permission,
    )
    return Part(
        function=latest,
        resources=(
            published(latest, version, released),
            live,
            execution_role(name),
            log_group(name),
        ),
        log=log,
        changes=(
            change(released, "PublishVersion20150331", "lambda", latest.function_arn),
            change(ago(days=1, hours=21, minutes=39), "UpdateAlias20150331", "lambda", live.alias_arn),
        ),
    )


def _log(
    journal: Journal,
    visits: Visits,
    said: Callable[[int], list[tuple[float, str]]],
    *,
    each: float,
    memory: int,
) -> tuple[LogEvent, ...]:
    """The log of a handler that takes ``each`` milliseconds for every piece of its event."""
    name = journal.function.function_name

    def run(at: datetime, pieces: int) -> Run:
        rest = jitter(name, at.isoformat(), around=3.0, spread=0.5)
        return Run(at=at, needs=each * pieces + rest, memory=memory + pieces % 2, said=said(pieces))

    return write(journal, visits, run, init=108)
