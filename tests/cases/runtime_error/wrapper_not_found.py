from doctor.model.function import Environment
from doctor.testing.world import exited, function, killed, succeeded, world

F = function(environment=Environment(variables={"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}))
BROKEN = {
    "not found": world(F, invocations=[exited("exit status 127")]),
    "not executable": world(F, invocations=[exited("exit status 126")]),
    "no wrapper is named": world(function(), invocations=[exited("exit status 127")]),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "mended since": world(F, invocations=[exited("exit status 127", ago=900), succeeded(ago=60)]),
    "it exits by itself": world(F, invocations=[exited("exit status 1")]),
    "killed for memory": world(F, invocations=[killed(old=True)]),
    "native code crashes": world(F, invocations=[exited("signal: segmentation fault")]),
}
