"""A permissions boundary that denies what the role allows, and the same boundary where it does not matter."""

from datetime import datetime

from doctor.model.identity import ManagedPolicy
from doctor.model.triggers import Queue
from tests.incidents.twelve_faults.deploy import (
    BASIC,
    allow,
    change,
    deny,
    document,
    execution_role,
    function,
    log_group,
    managed_policy,
)
from tests.incidents.twelve_faults.forms import Raised
from tests.incidents.twelve_faults.frames import botocore_frames, frame
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.scene import ago, hexadecimal, policy_arn, queue_arn, queue_url, session_arn
from tests.incidents.twelve_faults.visits import jitter, write

EVENTS = "refund-events"
AUDIT = "refund-audit-log"


def parts() -> list[Part]:
    return [refund_notify(), refund_audit()]


def workload_boundary() -> ManagedPolicy:
    """What a workload may do at most: use its services, but not speak to the payment team's queue."""
    return managed_policy(
        policy_arn("workload-boundary"),
        allow(("dynamodb:*", "logs:*", "s3:*", "sqs:*"), "*", Sid="WorkloadServices"),
        deny("sqs:SendMessage", queue_arn(EVENTS), Sid="PaymentTeamOnly"),
    )


def refund_notify() -> Part:
    name = "refund-notify"
    boundary = workload_boundary()
    latest = function(
        name,
        runtime="python3.11",
        handler="notify.handler",
        timeout=10,
        memory=256,
        variables={"REFUND_QUEUE_URL": queue_url(EVENTS)},
    )
    denied = _denied(name, boundary)

    def run(at: datetime, refund: int) -> Run:
        took = jitter(name, at.isoformat(), around=44, spread=0.3)
        said = [(0.5, f"refund rf-{3300 + refund} of {refund * 12 + 7}.90 EUR")]
        return Run(at=at, needs=took, memory=80, said=said, raised=denied)

    visits = (
        [(148.3, 1)],
        [(97.2, 2), (96.7, 3)],
        [(53.9, 4), (52.8, 5)],
        [(17.1, 6), (14.6, 8)],
    )
    bounded = ago(hours=19, minutes=44)
    return Part(
        function=latest,
        resources=(
            Queue(queue_arn=queue_arn(EVENTS)),
            boundary,
            execution_role(
                name,
                BASIC,
                inline={"refund-events": document(allow("sqs:SendMessage", queue_arn(EVENTS)))},
                boundary=boundary,
            ),
            log_group(name),
        ),
        log=write(Journal(function=latest), visits, run, init=424),
        changes=(change(bounded, "PutRolePermissionsBoundary", "iam", latest.role, by="platform-baseline"),),
    )


def _denied(name: str, boundary: ManagedPolicy) -> Raised:
    return Raised(
        error_type="ClientError",
        message=(
            "An error occurred (AccessDenied) when calling the SendMessage operation: "
            f"User: {session_arn(name)} is not authorized to perform: sqs:sendmessage on resource: {queue_arn(EVENTS)} "
            f"with an explicit deny in a permissions boundary: {boundary.arn}"
        ),
        trace=(
            frame(
                name,
                "notify.py",
                "handler",
                'answer = sqs.send_message(QueueUrl=os.environ["REFUND_QUEUE_URL"], MessageBody=json.dumps(message))',
            ),
            *botocore_frames("python3.11"),
        ),
    )


def refund_audit() -> Part:
    name = "refund-audit"
    latest = function(
        name,
        runtime="python3.11",
        handler="audit.handler",
        timeout=10,
        memory=256,
        variables={"AUDIT_QUEUE_URL": queue_url(AUDIT)},
    )

    def run(at: datetime, refund: int) -> Run:
        took = jitter(name, at.isoformat(), around=29, spread=0.3)
        seal = hexadecimal(12, name, str(refund))
        said = [(took - 0.6, f"refund rf-{3300 + refund} on record, seal {seal}")]
        return Run(at=at, needs=took, memory=80, said=said)

    visits = (
        [(148.4, 1)],
        [(97.3, 2), (96.8, 3)],
        [(54.0, 4), (52.9, 5)],
        [(17.2, 6), (15.9, 7), (14.7, 8)],
    )
    boundary = workload_boundary()
    return Part(
        function=latest,
        resources=(
            Queue(queue_arn=queue_arn(AUDIT), message_retention_period=1209600),
            boundary,
            execution_role(
                name,
                BASIC,
                inline={"refund-audit": document(allow("sqs:SendMessage", queue_arn(AUDIT)))},
                boundary=boundary,
            ),
            log_group(name, retention=365),
        ),
        log=write(Journal(function=latest), visits, run, init=419),
        changes=(
            change(ago(hours=19, minutes=43), "PutRolePermissionsBoundary", "iam", latest.role, by="platform-baseline"),
        ),
    )
