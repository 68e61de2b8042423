from doctor.model.package import Package, Place, Source
from doctor.testing.world import feeds, function, queue, world

ANSWER = Place(path="app.py", line=12, function="handler")
Q = queue(visibility_timeout=180)
STREAM = "arn:aws:kinesis:eu-west-1:111122223333:stream/s"
LISTENING = {"function_response_types": ("ReportBatchItemFailures",)}


def code(*answers, reached=("app.py",)):
    source = Source(files=("app.py", "old.py"), reached=reached, batch_answers=answers)
    return function(package=Package(files=2, unzipped_size=9, top_level=("app.py", "old.py"), source=source))


F = code(ANSWER)
BROKEN = {
    "a queue's poller": world(F, Q, feeds(Q, F)),
    "a stream's poller": world(F, feeds(STREAM, F)),
    "one of two pollers listens": world(F, Q, feeds(Q, F, **LISTENING), feeds(STREAM, F)),
}
HEALTHY = {
    "the poller listens": world(F, Q, feeds(Q, F, **LISTENING)),
    "the code tells of no failures": world(code(), Q, feeds(Q, code())),
    "code that the handler does not lead to": world(
        code(Place(path="old.py", line=1)), Q, feeds(Q, code(Place(path="old.py", line=1)))
    ),
    "nothing feeds it": world(F),
    "switched off": world(F, Q, feeds(Q, F, state="Disabled")),
    "a source that cannot listen": world(F, feeds("arn:aws:kafka:eu-west-1:111122223333:cluster/k/1", F)),
    "the package was not read": world(function(), Q, feeds(Q, function())),
}
