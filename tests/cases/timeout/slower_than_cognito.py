from doctor.testing.world import document, function, succeeded, timed_out, world


def let_in(*services):
    return document(
        *(
            {
                "Effect": "Allow",
                "Principal": {"Service": f"{one}.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": "*",
            }
            for one in services
        )
    )


F = function(timeout=30, policy=let_in("cognito-idp"))
BROKEN = {
    "it takes longer": world(F, invocations=[succeeded(0.2, ago=900), succeeded(6)]),
    "with its start it takes longer": world(F, invocations=[succeeded(3, init=3)]),
    "others invoke it too": world(
        (one := function(timeout=30, policy=let_in("cognito-idp", "events"))), invocations=[succeeded(8)]
    ),
}
HEALTHY = {
    "quick enough": world(F, invocations=[succeeded(2, init=1)]),
    "Cognito does not invoke it": world(function(timeout=30, policy=let_in("events")), invocations=[succeeded(8)]),
    "no policy": world(function(timeout=30), invocations=[succeeded(8)]),
    "stopped at its own timeout": world(F, invocations=[timed_out(30)]),
}
