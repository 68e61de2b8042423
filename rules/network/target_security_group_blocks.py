"""The security group of what the function calls does not admit the function.

A database, a cache, a broker or a file system has security groups of its own. A connection that none of their rules admits is dropped without a
word: it hangs. A wrong password or a closed port would be answered at once. Rules that refer to the function's group work inside the VPC and
over peering; behind a NAT gateway or a public address the group is lost, and only addresses count.
This rule speaks when invocations waited in silence, or could not connect, and the target's groups admit the function from none of its subnets, or
not from all. Where a database proxy admits the function and its database does not admit the proxy, that is told of the database's group.

Covers: net-target-sg-ingress
Fix: an ingress rule for that port from the function's security group.
See: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Confidence,
    Function,
    Problem,
    Reachability,
    Severity,
    Stopped,
    Waiting,
    cite,
    cite_failed,
    openings,
    rule,
    unreachable,
)


@rule(Severity.CRITICAL)
def target_security_group_blocks(function: Function, waiting: Waiting, reachability: Reachability) -> Iterator[Problem]:
    if not waiting.failed:
        return
    stopped = reachability.stopped("ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES", direction="ingress")
    guarding = [one for one in stopped if one.resource is not None and reachability.endpoint_behind(one) is None]
    seen: set[str] = set()
    for one in guarding:
        if one.names in seen:
            continue  # another group of the target, which does not admit it either
        seen.add(one.names)
        groups = [other for other in guarding if other.names == one.names]
        yield _problem(function, waiting, reachability, one, groups)
    reachability.require_all()


def _problem(
    function: Function, waiting: Waiting, reachability: Reachability, one: Stopped, groups: list[Stopped]
) -> Problem:
    names = " and ".join(other.component for other in groups)
    by_proxy = any(blocker.leg for blocker in one.blockers)
    who = "the proxy in front of it" if by_proxy else " and ".join(function.vpc_config.security_group_ids) or "it"
    part = any(blocker.verdict == "partial" for blocker in one.blockers)
    return Problem(
        message=f"{one.names} cannot be reached: {names} admits {'only a part of' if part else 'nothing from'} {who} there",
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
