from doctor.testing.world import feeds, function, queue, ran, world

F, Q = function(), queue()
ONE, OTHER = "19dd0b57-b21e-4ac1-bd88-01bbb068cb78", "29dd0b57-b21e-4ac1-bd88-01bbb068cb78"


def read(message, ago, status=""):
    return ran(own=[(0.01, f'{{"messageId": "{message}"}}\n')], duration=0.05, ago=ago, status=status)


BROKEN = {"one came twice": world(F, Q, feeds(Q, F), invocations=[read(ONE, 600), read(ONE, 300)])}
HEALTHY = {
    "each came once": world(F, Q, feeds(Q, F), invocations=[read(ONE, 600), read(OTHER, 300)]),
    "it failed first": world(F, Q, feeds(Q, F), invocations=[read(ONE, 600, "Status: timeout"), read(ONE, 300)]),
    "no queue feeds it": world(F, invocations=[read(ONE, 600), read(ONE, 300)]),
}
