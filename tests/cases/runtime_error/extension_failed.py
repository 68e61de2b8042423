from doctor.testing.world import exited, function, not_initialised, ran, succeeded, world

F = function()
BROKEN = {
    "it crashes": world(F, invocations=[not_initialised("Extension.Crash", "an extension crashed")]),
    "it cannot be started": world(
        F, invocations=[ran(duration=1, status="Status: error\tError Type: Extension.LaunchError")]
    ),
    "it registers too late": world(
        F, invocations=[ran(duration=1, status="Status: error\tError Type: Extension.RegistrationClosed")]
    ),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "the runtime itself ended": world(F, invocations=[exited("exit status 1")]),
    "the code fails while it is loaded": world(F, invocations=[not_initialised("ValueError", "no")]),
}
