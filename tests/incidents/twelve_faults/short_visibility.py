"""A queue that hands messages out again before the function has done with them, and one that waits long enough."""

from datetime import datetime
from itertools import cycle

from doctor.logs.invocations import LogEvent
from doctor.model.function import EventSourceMapping, Function
from doctor.model.triggers import Queue, RedrivePolicy
from tests.incidents.twelve_faults.deploy import SQS_QUEUE, change, execution_role, function, log_group
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.scene import ACCOUNT, REGION, ago, function_arn, identifier, queue_arn
from tests.incidents.twelve_faults.visits import jitter, write

STOPS = ("collected", "hub", "linehaul", "depot", "delivered")


def parts() -> list[Part]:
    return [parcel_track(), parcel_notify()]


def parcel_track() -> Part:
    name, queue = "parcel-track", "parcel-scans"
    latest = function(name, runtime="nodejs22.x", handler="index.handler", timeout=30, memory=192)
    lowered = change(ago(hours=23, minutes=12), "SetQueueAttributes", "sqs", queue_arn(queue))
    return Part(
        function=latest,
        resources=(
            *_queue(queue, visibility=10),
            _mapping(name, queue),
            execution_role(name, SQS_QUEUE),
            SQS_QUEUE,
            log_group(name),
        ),
        log=_scans(latest),
        changes=(lowered,),
    )


def _scans(latest: Function) -> tuple[LogEvent, ...]:
    """Batches whose messages come back after 10 s, in an environment beside the first."""
    journal = Journal(function=latest)
    events: tuple[LogEvent, ...] = ()
    for minutes, size in ((163.4, 3), (118.2, 5), (84.7, 2), (51.1, 5), (27.9, 6), (6.3, 4)):
        again = minutes - 10.4 / 60
        slow = 2.51 * size > 10
        events += journal.environment(_batch(latest, minutes, size, received=1), init=146.2 + size)
        if slow:
            events += journal.environment(_batch(latest, again, size, received=2, first=minutes), init=141.7 + size)
    return events


def _batch(latest: Function, minutes: float, size: int, *, received: int, first: float | None = None) -> Run:
    """One batch; the messages of a second delivery are those of the ``first``."""
    name, number = latest.function_name, int((first or minutes) * 10)
    each = jitter(name, f"{minutes:.3f}", around=2507, spread=0.002)
    said = [
        (each * (n + 1), _scan(identifier(name, str(number), str(n)), number + n, STOPS[n % 5], received))
        for n in range(size)
    ]
    done = (each * size + 0.3, f"{size} scans followed up")
    return Run(at=ago(minutes=minutes), needs=each * size + 1.2, memory=74, said=[*said, done])


def _scan(message: str, parcel: int, stop: str, received: int) -> str:
    following = (*STOPS, "none")[STOPS.index(stop) + 1]
    return f"{message} (received {received} times): PX-{88210000 + parcel} {stop}, next {following}"


def parcel_notify() -> Part:
    name, queue = "parcel-notify", "parcel-notices"
    latest = function(name, runtime="nodejs22.x", handler="index.handler", timeout=30, memory=192)
    notices = {"collected": "Your parcel is on its way.", "depot": "Your parcel arrives today."}

    def run(at: datetime, size: int) -> Run:
        each = jitter(name, at.isoformat(), around=1103, spread=0.002)
        said = [
            (
                each * (n + 1),
                f"{identifier(name, at.isoformat(), str(n))}: PX-{88214000 + 31 * size + n} {stop}: {notice}",
            )
            for n, (stop, notice) in zip(range(size), cycle(notices.items()), strict=False)
        ]
        return Run(
            at=at,
            needs=each * size + 1.4,
            memory=73,
            said=[*said, (each * size + 0.4, f"{size} notices written")],
        )

    visits = (
        [(162.1, 3), (161.7, 2)],
        [(117.5, 6), (116.9, 1)],
        [(50.6, 4), (49.8, 9), (48.4, 2)],
        [(5.8, 4), (5.1, 3)],
    )
    return Part(
        function=latest,
        resources=(
            *_queue(queue, visibility=180),
            _mapping(name, queue, partial=True),
            execution_role(name, SQS_QUEUE),
            log_group(name),
        ),
        log=write(Journal(function=latest), visits, run, init=144),
    )


def _queue(name: str, *, visibility: int) -> tuple[Queue, Queue]:
    dead = queue_arn(f"{name}-dead")
    return (
        Queue(
            queue_arn=queue_arn(name),
            visibility_timeout=visibility,
            redrive_policy=RedrivePolicy(dead_letter_target_arn=dead, max_receive_count=5),
        ),
        Queue(queue_arn=dead, message_retention_period=1209600),
    )


def _mapping(name: str, queue: str, *, partial: bool = False) -> EventSourceMapping:
    uuid = identifier(name, "mapping")
    return EventSourceMapping(
        uuid=uuid,
        event_source_mapping_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{uuid}",
        event_source_arn=queue_arn(queue),
        function_arn=function_arn(name),
        batch_size=10,
        state="Enabled",
        state_transition_reason="USER_INITIATED",
        function_response_types=("ReportBatchItemFailures",) if partial else (),
    )
