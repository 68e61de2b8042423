"""The role was mended, and environments that started before go on being refused.

A running environment keeps the credentials that it was given, and every part of AWS hears of a change to IAM in its own time. Calls that the role
allows by now are refused for some minutes more, in environments that are older than the change. That passes by itself, at the latest when Lambda
replaces the environments. Where new environments are refused too, the policy is still wrong, whatever it says.

Covers: ad-stale-credentials
Fix: wait some minutes; or change anything about the function, its description for one, so that Lambda starts new environments.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-execution.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Refusal,
    Refusals,
    RoleChanges,
    Severity,
    cite,
    cite_denial,
    lambda_,
    rule,
)


@rule(Severity.INFO)
def credentials_older_than_policy(
    function: Function, invocations: Invocations, refusals: Refusals, changes: RoleChanges
) -> Iterator[Problem]:
    for one in refusals.all:
        change = changes.last_before(one.denied.last.at)
        if one.decision.result != "allowed" or change is None:
            continue
        environment = invocations.environments()[one.denied.last.log_stream]
        renewed = invocations.changed is not None and invocations.changed > one.denied.last.at
        if environment[0].at < change.event_time and not renewed:
            yield _problem(function, one, f"{change.event_name} at {change.event_time:%H:%M} UTC")


def _problem(function: Function, one: Refusal, change: str) -> Problem:
    published = function.version != "$LATEST"
    title = "start new environments by an update that changes nothing else"
    return Problem(
        message=f"{one.request} was refused after the role was mended ({change}), in an environment that is older; the role allows it now",
        evidence=(cite_denial(function, one), cite(function, "role"), cite(function, "last_modified")),
        fixes=(
            Fix(
                title=title,
                applicability=Applicability.MANUAL if published else Applicability.SAFE,
                steps=() if published else (lambda_.renew(function),),
                note="or wait some minutes: it passes by itself",
            ),
        ),
        explains=one.explains,
    )
