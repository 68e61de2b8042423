"""Callers of an alias do not get the code that was deployed.

Deploying changes `$LATEST`; an alias leads to a published version until somebody publishes a new one and moves it. For a while that is how a release works.
After a day in which `$LATEST` is newer than the version that an alias leads to, and has other code, the last step was often forgotten.

Covers: pkg-alias-stale-version
Fix: publish `$LATEST` and move the alias. Unsafe: it ships whatever is in `$LATEST`. The undo moves the alias back.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Alias,
    Applicability,
    Clock,
    Fix,
    Function,
    Problem,
    Ref,
    Severity,
    Traffic,
    cite,
    lambda_,
    rule,
)

DAY = 86_400


@rule(Severity.LOW, advice=True)
def alias_behind_latest(function: Function, traffic: Traffic, clock: Clock) -> Iterator[Problem]:
    latest = traffic.latest
    if latest is None or function.version == "$LATEST" or latest.code_sha256 == function.code_sha256:
        return
    ages = [clock.seconds_since(one.last_modified) for one in (latest, function)]
    if None in ages or not DAY <= (ages[0] or 0.0) < (ages[1] or 0.0):
        return
    for alias in traffic.leading_here:
        if alias.function_version == function.version and not alias.routing_config.additional_version_weights:
            yield Problem(
                message=f"alias {alias.name} leads to version {function.version}; $LATEST has other code, deployed {(ages[0] or 0.0) / DAY:.0f} days ago",
                evidence=(
                    cite(alias, "function_version"),
                    cite(function, "code_sha256"),
                    cite(latest, "code_sha256"),
                    cite(latest, "last_modified"),
                ),
                fixes=(_move(latest, alias),),
                subject=alias.arn,
            )


def _move(latest: Function, alias: Alias) -> Fix:
    return Fix(
        title="publish $LATEST, and move the alias to it",
        applicability=Applicability.UNSAFE,
        steps=(
            lambda_.publish_version(latest, "doctor: what was deployed"),
            lambda_.move_alias(alias, Ref(step="publish", path="Version")),
        ),
        risk="it ships whatever is in $LATEST, finished or not",
    )
