"""A network ACL drops requests to what the function calls, or the answers.

A network ACL guards a subnet, in both directions, and remembers nothing: the answer to a connection is admitted only by an entry for the ports
1024 to 65535 from which Lambda, and NAT gateways, send. Entries are tried by their number, and the first that fits decides. Where only a part
of those ports is admitted, some connections hang and others do not. Security groups remember connections: of them no such entry is needed.
This rule speaks when invocations waited in silence, or could not connect, and an ACL on the way to a destination, or back, drops all or a part.

Covers: net-nacl-blocks
Fix: entries before those that deny. Unsafe: an ACL holds for whole subnets, and somebody may have meant it.
See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
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
def network_acl_blocks(function: Function, waiting: Waiting, reachability: Reachability) -> Iterator[Problem]:
    if not waiting.failed:
        return
    for one in reachability.stopped("SUBNET_ACL_RESTRICTION"):
        if one.resource is None:
            continue
        part = all(blocker.verdict == "partial" for blocker in one.blockers)
        what = "answers" if all(blocker.stage == "return" for blocker in one.blockers) else "requests"
        yield Problem(
            message=f"{one.component} drops {'a part of the ' if part else ''}{what} on the way to {one.names}: {one.detail}",
            evidence=(
                *one.told,
                cite(one.resource, "network_acl_id"),
                *cite_failed(function, waiting),
            ),
            fixes=openings(reachability, one),
            confidence=Confidence.CERTAIN if one.certain else Confidence.LIKELY,
            explains=unreachable(one),
            expects=waiting.expects,
            subject=one.resource.arn,
        )
    reachability.require_all()
