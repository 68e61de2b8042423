from doctor.model.function import LoggingConfig
from doctor.model.triggers import LogGroup
from doctor.testing.world import function, metric, world

F = function(logging_config=LoggingConfig(log_group="/orders/all"))
GROUP = LogGroup(log_group_arn=F.log_group_arn, log_group_name="/orders/all")
OTHER = LogGroup(
    log_group_arn="arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f", log_group_name="/aws/lambda/f"
)
RAN = {F.arn: (metric("Invocations", "Sum", 7, 2),)}

BROKEN = {
    "it runs, and the group is not there": world(F, metrics=RAN),
    "only the usual group is there": world(F, OTHER, metrics=RAN),
}
HEALTHY = {
    "the group is there": world(F, GROUP, metrics=RAN),
    "it never ran": world(F),
    "Lambda's own group, which is another matter": world(function(), metrics=RAN),
}
