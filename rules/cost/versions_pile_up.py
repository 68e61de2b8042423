"""Many published versions of the function are there that nothing leads to.

Each keeps its package, of which an account may have 75 GB in a region, and in a VPC perhaps its network interfaces. A version that an alias or a
poller leads to is in use. Callers that name a version by its number are not seen: look who does before anything is deleted.

Covers: cost-old-versions
Fix: delete the versions that nobody calls, and let the deployment keep the last few.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Pollers,
    Problem,
    Settings,
    Severity,
    Traffic,
    arns,
    cite,
    rule,
)

MANY = 20
MB = 1_000_000


@rule(Severity.INFO, advice=True)
def versions_pile_up(function: Function, traffic: Traffic, pollers: Pollers, settings: Settings) -> Iterator[Problem]:
    if function.version != "$LATEST":
        return
    used = {arns.qualifier(one.function_arn) for one in pollers.those}
    for alias in traffic.aliases:
        used |= {alias.function_version, *alias.routing_config.additional_version_weights}
    idle = [one for one in settings.published_versions if one.version not in used]
    if len(idle) > MANY:
        size = sum(one.code_size for one in idle) / MB
        yield Problem(
            message=f"{len(idle)} published versions, {size:.0f} MB of packages, have no alias and no poller that leads to them",
            evidence=(cite(function, "published_versions"),),
            fixes=(
                Fix(
                    title="delete those that nobody calls by number",
                    applicability=Applicability.MANUAL,
                    note=f"aws lambda delete-function --function-name {function.function_name} --qualifier VERSION",
                    risk="a version that was deleted cannot be made again",
                ),
            ),
            confidence=Confidence.LIKELY,
        )
