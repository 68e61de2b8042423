"""A time-out because a VPC leads nowhere, and the same call from a subnet that has a NAT gateway."""

from datetime import datetime

from doctor.model.triggers import Queue
from tests.incidents.twelve_faults import network
from tests.incidents.twelve_faults.deploy import (
    VPC_ACCESS,
    allow,
    change,
    document,
    execution_role,
    function,
    log_group,
)
from tests.incidents.twelve_faults.forms import Text
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.scene import ago, queue_arn, queue_url
from tests.incidents.twelve_faults.visits import jitter, write

QUEUE = "crm-outbox"
SEND = {"send-to-crm": document(allow("sqs:SendMessage", queue_arn(QUEUE)))}
NEVER = 1e9


def parts() -> list[Part]:
    return [crm_sync(), crm_export()]


def crm_sync() -> Part:
    name = "crm-sync"
    latest = function(
        name,
        runtime="python3.11",
        handler="sync.handler",
        timeout=6,
        memory=256,
        variables={"CRM_QUEUE_URL": queue_url(QUEUE)},
        vpc=network.attached_to("private-a", "private-b"),
    )

    def run(at: datetime, changed: int) -> Run:
        """Without a changed order there is nothing to send; the first send waits for an answer for ever."""
        said = [
            (0.7, f"{changed} of {31 + changed} orders changed"),
            (1.5, f"sending o-{771200 + 4 * changed} to the CRM"),
        ]
        quick = jitter(name, at.isoformat(), around=2.1, spread=0.3)
        return Run(at=at, needs=NEVER if changed else quick, memory=78, said=said if changed else said[:1])

    visits = (
        [(175.2, 0), (165.2, 2), (155.2, 0)],
        [(125.2, 3), (115.2, 0), (105.2, 1)],
        [(75.2, 0), (65.2, 0), (55.2, 2)],
        [(35.2, 0), (25.2, 4), (15.2, 0), (5.2, 2)],
    )
    return Part(
        function=latest,
        resources=(
            *network.resources(),
            Queue(queue_arn=queue_arn(QUEUE), visibility_timeout=60),
            VPC_ACCESS,
            execution_role(name, VPC_ACCESS, inline=SEND),
            log_group(name),
        ),
        log=write(Journal(function=latest, form=Text(old=True)), visits, run, init=431),
        changes=(change(ago(hours=21, minutes=7), "DeleteRoute", "ec2", network.PRIVATE_ROUTES, by="cost-review"),),
    )


def crm_export() -> Part:
    name = "crm-export"
    latest = function(
        name,
        runtime="python3.11",
        handler="export.handler",
        timeout=6,
        memory=256,
        variables={"CRM_QUEUE_URL": queue_url(QUEUE)},
        vpc=network.attached_to("export-a"),
    )

    def run(at: datetime, pages: int) -> Run:
        each = jitter(name, at.isoformat(), around=41, spread=0.2)
        sent = [(0.9 + each * n, f"sending page {n + 1} of customer c-{40000 + 131 * pages}") for n in range(pages)]
        done = (0.9 + each * pages, f"customer c-{40000 + 131 * pages}: {pages} pages sent")
        return Run(at=at, needs=2.3 + each * pages, memory=79, said=[*sent, done])

    visits = (
        [(161.7, 3), (158.9, 1)],
        [(119.4, 6), (117.8, 2)],
        [(66.6, 4), (63.1, 9), (60.5, 2)],
        [(21.3, 2), (19.9, 5), (16.2, 1)],
    )
    return Part(
        function=latest,
        resources=(execution_role(name, VPC_ACCESS, inline=SEND), log_group(name)),
        log=write(Journal(function=latest, form=Text(old=True)), visits, run, init=418),
    )
