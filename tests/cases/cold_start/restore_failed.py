from doctor.model.function import SnapStart
from doctor.testing.world import exited, function, raised, ran, succeeded, timed_out, world

F = function(snap_start=SnapStart(apply_on="PublishedVersions", optimization_status="On"))
FAILED = "RESTORE_REPORT Restore Duration: 1236.04 ms\tStatus: error\tError Type: Runtime.AfterRestoreError\n"
LATE = "RESTORE_REPORT Restore Duration: 10001.00 ms\tStatus: timeout\n"
BROKEN = {
    "a hook raises": world(
        F,
        invocations=[
            ran(before_start=[FAILED], duration=0.1, status="Status: error\tError Type: Runtime.AfterRestoreError")
        ],
    ),
    "a hook takes too long": world(F, invocations=[ran(before_start=[LATE], duration=0.1, status="Status: error")]),
    "its error alone": world(F, invocations=[raised("Runtime.AfterRestoreError", "no connection")]),
}
HEALTHY = {
    "restored": world(
        F, invocations=[ran(before_start=["RESTORE_REPORT Restore Duration: 300.00 ms\n"], duration=0.1)]
    ),
    "it succeeds": world(F, invocations=[succeeded()]),
    "the handler runs out of time": world(F, invocations=[timed_out()]),
    "the process exits": world(F, invocations=[exited()]),
}
