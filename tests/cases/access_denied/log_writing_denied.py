from doctor.model.triggers import LogGroup
from doctor.testing.world import allow, deny, function, metric, role, succeeded, world

F = function(role=role().arn)
GROUP = LogGroup(log_group_arn=F.log_group_arn, log_group_name=F.log_group)
RAN = {F.arn: (metric("Invocations", "Sum", 3.0, 0.0, 4.0),)}
NEVER = {F.arn: (metric("Invocations", "Sum", 0.0),)}
WRITE = (allow("logs:CreateLogStream"), allow("logs:PutLogEvents"))
STREAMS = f"{F.log_group_arn}:*"

BROKEN = {
    "the role may do nothing": world(F, GROUP, role(), metrics=RAN),
    "it may create streams and not write them": world(F, GROUP, role(allow("logs:CreateLogStream")), metrics=RAN),
    "it may write, and not create a stream": world(F, GROUP, role(allow("logs:PutLogEvents")), metrics=RAN),
    "there is no group, and it may not create one": world(F, role(*WRITE), metrics=RAN),
    "there is no group, and it may do nothing": world(F, role(), metrics=RAN),
    "it may write another function's log": world(
        F, GROUP, role(allow("logs:*", STREAMS.replace("/f", "/g"))), metrics=RAN
    ),
    "it is told not to": world(F, GROUP, role(allow("*"), deny("logs:PutLogEvents")), metrics=RAN),
}

HEALTHY = {
    "it may": world(F, GROUP, role(*WRITE), metrics=RAN),
    "it may write its own log only": world(F, GROUP, role(allow("logs:*", STREAMS)), metrics=RAN),
    "there is no group yet, and it may create one": world(F, role(allow("logs:*", STREAMS)), metrics=RAN),
    "it did not run": world(F, GROUP, role(), metrics=NEVER),
    "its log has lines": world(F, GROUP, role(), invocations=[succeeded()], metrics=RAN),
}
