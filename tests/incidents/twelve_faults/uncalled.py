"""A schedule that may not call its function, and one that may."""

from datetime import datetime

from msgspec.structs import replace

from doctor.model.moments import rfc3339
from doctor.model.triggers import EventRule, Target
from tests.incidents.twelve_faults import metrics
from tests.incidents.twelve_faults.deploy import change, execution_role, function, invoke_permission, log_group
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.scene import ago, function_arn, rule_arn
from tests.incidents.twelve_faults.visits import jitter, write


def parts() -> list[Part]:
    return [usage_rollup(), usage_digest()]


def usage_rollup() -> Part:
    name, rule = "usage-rollup", "usage-rollup-quarter-hourly"
    latest = function(name, runtime="nodejs22.x", handler="index.handler", timeout=10, modified=ago(hours=27))
    fired = dict.fromkeys((metrics.period_of(ago(minutes=minutes)) for minutes in range(175, 0, -15)), 1.0)
    return Part(
        function=latest,
        resources=(_rule(rule, name, every="15 minutes"), execution_role(name), log_group(name)),
        metrics={rule_arn(rule): metrics.of_rule(rule, TriggeredRules=fired, FailedInvocations=fired)},
        changes=(
            change(ago(hours=26, minutes=58), "PutRule", "events", rule_arn(rule)),
            change(ago(hours=26, minutes=57), "PutTargets", "events", rule_arn(rule)),
        ),
    )


def usage_digest() -> Part:
    name, rule = "usage-digest", "usage-digest-half-hourly"
    permission = invoke_permission(name, sid=f"{rule}-target", service="events", source_arn=rule_arn(rule))
    latest = function(name, runtime="nodejs22.x", handler="index.handler", timeout=10)
    minutes = range(168, 0, -30)
    fired = dict.fromkeys((metrics.period_of(ago(minutes=one)) for one in minutes), 1.0)

    def run(at: datetime, _: int) -> Run:
        scheduled = at.replace(second=0, microsecond=0)
        took = jitter(name, at.isoformat(), around=4.4, spread=0.3)
        said = [(took - 0.9, f"digest of 40 meters at {rfc3339(scheduled)}")]
        return Run(at=at, needs=took, memory=71, said=said)

    visits = [[(one - 0.04, 1)] for one in minutes]
    return Part(
        function=replace(latest, policy=permission),
        resources=(_rule(rule, name, every="30 minutes"), execution_role(name), log_group(name)),
        log=write(Journal(function=latest), visits, run, init=139),
        metrics={rule_arn(rule): metrics.of_rule(rule, TriggeredRules=fired)},
    )


def _rule(name: str, target: str, *, every: str) -> EventRule:
    return EventRule(
        arn=rule_arn(name),
        name=name,
        schedule_expression=f"rate({every})",
        targets=(Target(id="function", arn=function_arn(target)),),
    )
