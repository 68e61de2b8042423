from doctor.testing.world import feeds, function, metric, queue, world

F = function()
Q = queue(visibility_timeout=180)
FAILED = "PROBLEM: Function call failed"
ERRORS = metric("Errors", "Sum", 0, 4, 5)


def seen(result, *series, **poller):
    return world(F, Q, feeds(Q, F, last_processing_result=result, **poller), metrics={F.arn: series})


BROKEN = {
    "the function fails on what the poller brings": seen(FAILED, ERRORS),
    "with more words": seen(f"{FAILED}. Please check the function's log.", ERRORS),
}
HEALTHY = {
    "it goes through": seen("OK", ERRORS),
    "nothing came": seen("No records processed"),
    "it failed, and has been mended since": seen(FAILED, metric("Errors", "Sum", 0, 0)),
    "the poller may not read": seen("PROBLEM: Access denied", ERRORS),
    "the function is refused": seen("PROBLEM: Function call was throttled", metric("Throttles", "Sum", 4)),
    "switched off, for which another rule speaks": seen(FAILED, ERRORS, state="Disabled"),
}
