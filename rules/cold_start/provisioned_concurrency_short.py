"""Fewer environments are ready than were asked for.

Provisioned concurrency takes minutes to be made after a change. Where it is `READY` and fewer are available, or it is still `IN_PROGRESS` after a quarter of an
hour, callers meet cold starts that were paid to be avoided. One that failed because the code fails has a rule of its own.

Covers: pc-not-ready
Fix: see the account's unreserved concurrency and the log of the initialisation, and ask for fewer where there is no room.
See: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Clock,
    Fix,
    Function,
    Problem,
    ProvisionedConcurrency,
    Severity,
    cite,
    rule,
)

LONG = 900
"""Seconds after which making them is late."""


@rule(Severity.MEDIUM)
def provisioned_concurrency_short(
    function: Function, provisioned: ProvisionedConcurrency, clock: Clock
) -> Iterator[Problem]:
    for one in provisioned.those:
        config = one.config
        wanted, ready = (
            config.requested_provisioned_concurrent_executions,
            config.available_provisioned_concurrent_executions,
        )
        since = clock.seconds_since(str(config.extra.get("LastModified", "")))
        late = config.status == "IN_PROGRESS" and since is not None and since > LONG
        if ready < wanted and (late or config.status == "READY"):
            yield Problem(
                message=f"{ready} of {wanted} environments are ready for {function.function_name}:{one.qualifier}, which is {config.status}",
                evidence=(
                    cite(one.owner, "provisioned_concurrency_config.status"),
                    cite(one.owner, "provisioned_concurrency_config.available_provisioned_concurrent_executions"),
                ),
                fixes=(
                    Fix(
                        title="see whether the account has room for as many, and whether the code gets ready",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                subject=one.owner.arn,
            )
