from doctor.testing.world import function, ran, succeeded, world

F = function()
DROPPED = '{"time":"2026-11-23T10:00:00.000Z","type":"platform.logsDropped","record":{"reason":"rate","droppedRecords":123,"droppedBytes":12345}}\n'
BROKEN = {"once": world(F, invocations=[ran(own=[(0.1, DROPPED)], duration=0.2)])}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "another record of the platform": world(
        F, invocations=[ran(own=[(0.1, DROPPED.replace("logsDropped", "extension"))], duration=0.2)]
    ),
    "it never ran": world(F),
}
