"""What an invocation is seen to suffer from, never why."""

import pytest

from doctor.logs.symptoms import HEAP_FULL, observe, symptom, throttled
from doctor.model.telemetry import InitReport, Invocation, LogLine, MetricSeries, Symptom, SymptomKind
from tests.unit.logs.streams import at

DENIED = "User: arn:aws:sts::111122223333:assumed-role/r/f is not authorized to perform: s3:GetObject"
KILLED = "Runtime exited with error: signal: killed"
ABORTED = "Runtime exited with error: signal: aborted"
HEAP = (LogLine(at=at(0), message=f"FATAL ERROR: Reached heap limit Allocation failed - {HEAP_FULL}"),)
BROKEN_INIT = (InitReport(phase="init", status="error", error_type="KeyError"),)
SLOW_INIT = (InitReport(phase="init", status="timeout"),)


def seen(**told: object) -> Invocation:
    return Invocation(request_id="r", at=at(0), **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("invocation", "kind", "detail"),
    [
        (seen(status="timeout"), SymptomKind.TIMED_OUT, ""),
        (seen(status="timeout", error_type="Runtime.OutOfMemory"), SymptomKind.TIMED_OUT, ""),
        (seen(status="error", error_type="Runtime.OutOfMemory"), SymptomKind.KILLED, ""),
        (seen(status="error", error_type="Runtime.ExitError", error_message=KILLED, memory_size=128, max_memory_used=128), SymptomKind.KILLED, ""),
        (seen(status="error", error_type="Runtime.ExitError", error_message=KILLED, memory_size=1024, max_memory_used=1023), SymptomKind.KILLED, ""),
        (seen(status="error", error_type="Runtime.ExitError", error_message=KILLED, memory_size=128, max_memory_used=60), SymptomKind.EXITED, KILLED),
        (seen(status="error", error_type="Runtime.ExitError", error_message=KILLED), SymptomKind.EXITED, KILLED),
        (seen(status="failure", error_type="Runtime.ExitError", error_message="exit status 1"), SymptomKind.EXITED, "exit status 1"),
        (seen(status="error", error_type="Runtime.ImportModuleError", error_message="No module named 'x'"), SymptomKind.IMPORT_FAILED, "No module named 'x'"),
        (seen(status="error", error_type="Runtime.UserCodeSyntaxError"), SymptomKind.IMPORT_FAILED, ""),
        (seen(status="error", error_type="Runtime.HandlerNotFound", error_message="no h"), SymptomKind.HANDLER_MISSING, "no h"),
        (seen(status="error", error_type="Runtime.MalformedHandlerName"), SymptomKind.HANDLER_MISSING, ""),
        (seen(status="error", error_type="ClientError", error_message=DENIED), SymptomKind.DENIED, DENIED),
        (seen(status="error", error_type="AccessDeniedException"), SymptomKind.DENIED, ""),
        (seen(status="error", error_type="KeyError", error_message="'x'"), SymptomKind.RAISED, "KeyError"),
        (seen(status="error"), SymptomKind.RAISED, ""),
        (seen(status="error", error_type="OSError", error_message="[Errno 28] No space left on device"), SymptomKind.RAISED, "ENOSPC"),
        (seen(status="error", error_type="Error", error_message="ENOSPC: no space left on device, write"), SymptomKind.RAISED, "ENOSPC"),
        (seen(status="error", error_type="OSError", error_message="[Errno 24] Too many open files: '/x'"), SymptomKind.RAISED, "EMFILE"),
        (seen(status="error", error_type="java.io.IOException", error_message="Too many open files"), SymptomKind.RAISED, "EMFILE"),
        (seen(status="error", error_type="OSError", error_message="[Errno 30] Read-only file system: '/x'"), SymptomKind.RAISED, "EROFS"),
        (seen(status="error", error_type="OSError", error_message="[Errno 8] Exec format error: '/x'"), SymptomKind.RAISED, "ENOEXEC"),
        (seen(status="error", error_type="OSError", error_message="[Errno 2] No such file"), SymptomKind.RAISED, "OSError"),
        (seen(status="error", error_type="KeyError", error_message="'X'", inits=BROKEN_INIT), SymptomKind.INIT_FAILED, "KeyError"),
        (seen(status="error", error_type="KeyError", error_message="'X'", inits=SLOW_INIT), SymptomKind.RAISED, "KeyError"),
        (seen(status="error", error_type="Runtime.InvalidEntrypoint", error_message="no such file"), SymptomKind.INIT_FAILED, "no such file"),
        (seen(status="error", error_type="Runtime.ExitError", error_message=ABORTED, lines=HEAP), SymptomKind.EXITED, HEAP_FULL),
        (seen(status="error", error_type="Runtime.ExitError", error_message=ABORTED), SymptomKind.EXITED, ABORTED),
    ],
)  # fmt: skip
def test_a_failure_shows_one_symptom(invocation: Invocation, kind: SymptomKind, detail: str) -> None:
    assert symptom(invocation) == Symptom(kind=kind, detail=detail)


def test_a_success_shows_none() -> None:
    assert symptom(seen(error_message=DENIED)) is None


def test_symptoms_are_counted_in_the_order_in_which_they_appeared() -> None:
    those = [
        Invocation(request_id="1", at=at(1), status="error", error_type="KeyError"),
        Invocation(request_id="2", at=at(2), status="timeout"),
        Invocation(request_id="3", at=at(3)),
        Invocation(request_id="4", at=at(4), status="error", error_type="KeyError"),
    ]
    raised, timed_out = observe("arn", those)

    assert (raised.symptom.kind, raised.count, raised.first, raised.last, raised.example) == (
        SymptomKind.RAISED, 2, at(1), at(4), "4",
    )  # fmt: skip
    assert (timed_out.symptom.kind, timed_out.count, timed_out.function) == (SymptomKind.TIMED_OUT, 1, "arn")


@pytest.mark.parametrize(
    ("explained", "observed", "covered"),
    [
        (Symptom(kind=SymptomKind.RAISED), Symptom(kind=SymptomKind.RAISED, detail="KeyError"), True),
        (
            Symptom(kind=SymptomKind.RAISED, detail="KeyError"),
            Symptom(kind=SymptomKind.RAISED, detail="KeyError"),
            True,
        ),
        (
            Symptom(kind=SymptomKind.RAISED, detail="KeyError"),
            Symptom(kind=SymptomKind.RAISED, detail="OSError"),
            False,
        ),
        (Symptom(kind=SymptomKind.RAISED, detail="KeyError"), Symptom(kind=SymptomKind.RAISED), False),
        (Symptom(kind=SymptomKind.TIMED_OUT), Symptom(kind=SymptomKind.KILLED), False),
    ],
)
def test_a_symptom_without_detail_covers_any_of_its_kind(explained: Symptom, observed: Symptom, covered: bool) -> None:
    assert explained.covers(observed) is covered


def refused(name: str, stat: str, *values: float) -> MetricSeries:
    when = tuple(at(300 * number) for number in range(len(values)))
    return MetricSeries(namespace="AWS/Lambda", metric_name=name, stat=stat, period=300, timestamps=when, values=values)


def test_what_was_refused_is_seen_in_the_metric_of_it_alone() -> None:
    (one,) = throttled("f", [refused("Errors", "Sum", 9, 9, 9, 9), refused("Throttles", "Sum", 0, 4, 0, 3)])

    assert one.symptom == Symptom(kind=SymptomKind.THROTTLED)
    assert (one.count, one.first, one.last) == (7, at(300), at(900))


@pytest.mark.parametrize(
    "series", [refused("Throttles", "Sum", 0, 0), refused("Throttles", "Maximum", 3), refused("Errors", "Sum", 3)]
)
def test_where_nothing_was_refused_nothing_is_seen(series: MetricSeries) -> None:
    assert throttled("f", [series]) == ()
