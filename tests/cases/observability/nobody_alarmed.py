from doctor.model.alarms import Alarm, Dimension
from doctor.testing.world import function, metric, world

F = function()
RAN = {F.arn: (metric("Invocations", "Sum", 7, 2),)}


def alarm(name="f", **fields):
    return Alarm(
        alarm_arn=f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{name}-errors",
        alarm_name=f"{name}-errors",
        namespace="AWS/Lambda",
        metric_name="Errors",
        dimensions=(Dimension(name="FunctionName", value=name),),
        **{"alarm_actions": ("arn:aws:sns:eu-west-1:111122223333:oncall",), **fields},
    )


BROKEN = {
    "none watches it": world(F, metrics=RAN),
    "one watches another function": world(F, alarm("g"), metrics=RAN),
    "its alarm tells nobody": world(F, alarm(alarm_actions=()), metrics=RAN),
    "its actions are off": world(F, alarm(actions_enabled=False), metrics=RAN),
}
HEALTHY = {"an alarm": world(F, alarm(), metrics=RAN), "it never ran": world(F)}
