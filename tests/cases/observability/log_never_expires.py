from doctor.model.triggers import LogGroup
from doctor.testing.world import function, world

F = function()


def group(days):
    return LogGroup(log_group_arn=F.log_group_arn, log_group_name=F.log_group, retention_in_days=days)


BROKEN = {"for ever": world(F, group(None))}
HEALTHY = {"for a month": world(F, group(30)), "there is no group, for which another rule speaks": world(F)}
