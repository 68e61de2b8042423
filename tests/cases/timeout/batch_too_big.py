from doctor.testing.world import feeds, function, queue, ran, succeeded, timed_out, world

F = function(timeout=10)
Q = queue(visibility_timeout=60)


def records(count, pace=0.5, *, ago, stopped=False):
    """An invocation that writes a line for each record."""
    own = [(0.1 + pace * number, f"record {number} of msg-{ago:.0f}-{number} is done\n") for number in range(count)]
    return ran(
        own=own, ago=ago, duration=10.0 if stopped else 0.1 + pace * count, status="Status: timeout" if stopped else ""
    )


SMALL = records(3, ago=900)
LARGE = records(20, ago=600, stopped=True)


def fed(*invocations, batch_size=50, source=Q, **poller):
    return world(F, source, feeds(source, F, batch_size=batch_size, **poller), invocations=invocations)


BROKEN = {
    "small batches go through, a large one does not": fed(SMALL, LARGE),
    "again and again": fed(SMALL, LARGE, records(19, ago=300, stopped=True)),
}
HEALTHY = {
    "a hang: it falls silent": fed(SMALL, timed_out(after=10, last_word=0.4)),
    "a hang after some records": fed(SMALL, ran(own=[(0.1 * n, f"record {n}\n") for n in range(9)], duration=10, status="Status: timeout")),
    "every batch is too slow, the smallest too": fed(records(20, ago=900, stopped=True), LARGE),
    "a whole batch would have fit": fed(SMALL, LARGE, batch_size=15),
    "batches are smaller since": fed(SMALL, LARGE, batch_size=15, extra={"LastModified": "2026-11-23T10:40:00Z"}),
    "one record at a time": fed(SMALL, LARGE, batch_size=1),
    "nothing feeds it in batches": world(F, invocations=[SMALL, LARGE]),
    "switched off": fed(SMALL, LARGE, state="Disabled"),
    "all go through": fed(SMALL, succeeded(9.0)),
}  # fmt: skip
