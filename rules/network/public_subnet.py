"""The function is in a subnet whose way out is an internet gateway, which serves nothing without a public address.

It looks well: there is an internet gateway, and a route to it. But a function's network interface never has a public IPv4 address, whatever the
subnet's setting says, and an internet gateway drops what has none. The call hangs until the function is stopped.
This rule speaks when invocations waited in silence, or could not connect, and a public destination that the function is known to need is to be
reached by the internet gateway from a subnet of the function.

Covers: net-public-subnet
Fix: subnets whose default route leads to a NAT gateway; endpoints where only services of AWS are called. Unsafe: the interfaces are made anew.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Confidence,
    Function,
    Path,
    Problem,
    Reachability,
    Severity,
    Stopped,
    Waiting,
    cite,
    cite_component,
    cite_failed,
    openings,
    rule,
    unreachable,
)


@rule(Severity.CRITICAL)
def public_subnet(function: Function, waiting: Waiting, reachability: Reachability) -> Iterator[Problem]:
    if not waiting.failed:
        return
    for one in reachability.stopped("IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"):
        subnets = _public(one)
        if not subnets:
            continue  # a private NAT gateway's packets
        yield Problem(
            message=f"{one.names} cannot be reached from {' and '.join(subnets)}: the way out is {one.component}, and the function has no public address",
            evidence=(
                *one.told,
                cite(function, "vpc_config.subnet_ids"),
                *cite_component(one),
                *cite_failed(function, waiting),
            ),
            fixes=openings(reachability, one),
            confidence=Confidence.CERTAIN if one.certain else Confidence.LIKELY,
            explains=unreachable(one),
            expects=waiting.expects,
        )
    reachability.require_all()


def _public(one: Stopped) -> list[str]:
    """The subnets whose own packets meet the internet gateway."""
    traces = (traced.trace for traced in one.traced if traced.trace is not None)
    return list(dict.fromkeys(path.subnet for trace in traces for path in trace.paths if _direct(path, one.component)))


def _direct(path: Path, gateway: str) -> bool:
    stopped = any(blocker.component == gateway for blocker in path.blockers)
    return stopped and not any(hop.kind == "nat-gateway" for hop in path.forward)
