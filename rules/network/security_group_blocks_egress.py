"""The function's own security groups do not let it send where it needs to.

A function's security groups are all asked, and one rule of one of them is enough; without any, nothing leaves. What is not admitted is dropped
without a word: the call hangs until the function is stopped. Answers need no rule.
This rule speaks when invocations waited in silence, or could not connect, and no egress rule admits a destination that the function is
known to need.

Covers: net-sg-egress-blocked
Fix: an egress rule for that port, to the destination's security group, address or prefix list, as narrow as is known.
See: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Confidence,
    Function,
    Problem,
    Reachability,
    Severity,
    Waiting,
    cite,
    cite_failed,
    openings,
    rule,
    unreachable,
)


@rule(Severity.CRITICAL)
def security_group_blocks_egress(function: Function, waiting: Waiting, reachability: Reachability) -> Iterator[Problem]:
    if not waiting.failed:
        return
    own = function.vpc_config.security_group_ids
    stopped = reachability.stopped("ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES", direction="egress")
    mine = [one for one in stopped if one.component in own and one.resource is not None]
    seen: set[str] = set()
    for one in mine:
        if one.names in seen:
            continue  # another group of the function, which drops the same
        seen.add(one.names)
        groups = [other for other in mine if other.names == one.names]
        names = " and ".join(other.component for other in groups)
        yield Problem(
            message=f"{one.names} cannot be reached: no egress rule of {names} admits it",
            evidence=(
                *one.told,
                *(cite(other.resource, "group_id") for other in groups),
                *cite_failed(function, waiting),
            ),
            fixes=openings(reachability, one),
            confidence=Confidence.CERTAIN if one.certain else Confidence.LIKELY,
            explains=unreachable(one),
            expects=waiting.expects,
            subject=one.resource.arn,
        )
    reachability.require_all()
