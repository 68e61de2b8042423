"""An interface endpoint of the service is there, and the service's name does not lead to it; or no name resolves in the VPC.

The SDK connects to the service's usual name. It leads to the endpoint only with the endpoint's private DNS on, and that works only with both DNS
attributes of the VPC. Otherwise the name gives public addresses, to which the subnet has no way, and the call hangs. With `enableDnsSupport` off
Amazon's resolver answers nothing at all.
This rule speaks when invocations waited in silence, could not connect or could not resolve a name, and the service cannot be reached otherwise.

Covers: net-endpoint-private-dns-off
Fix: turn on private DNS, and the VPC's DNS attributes. Unsafe: names answer differently in the whole VPC.
See: https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Confidence,
    Function,
    Invocations,
    Problem,
    Reachability,
    Severity,
    Stopped,
    Waiting,
    cite,
    cite_component,
    cite_log,
    openings,
    rule,
    unreachable,
)

NOT_RESOLVED = ("ENOTFOUND", "EAI_AGAIN", "Name or service not known", "Temporary failure in name resolution")
WITHOUT = {
    "DR_PRIVATE_DNS_OFF": "its private DNS is off",
    "DR_PRIVATE_DNS_INEFFECTIVE": "a DNS attribute of its VPC is off, so its private DNS does not work",
}


@rule(Severity.CRITICAL)
def private_dns_off(
    function: Function, invocations: Invocations, waiting: Waiting, reachability: Reachability
) -> Iterator[Problem]:
    failed = sorted({*waiting.failed, *invocations.saying(*NOT_RESOLVED)}, key=lambda one: one.at)
    if not failed:
        return
    last = failed[-1]
    off = reachability.stopped("DR_DNS_SUPPORT_DISABLED")
    for one in off or reachability.noticed(*WITHOUT):
        if one.resource is None:
            continue
        yield Problem(
            message=_message(one),
            evidence=(
                *one.told,
                *cite_component(one),
                *((cite(one.resource, "enable_dns_support"),) if one in off else ()),
                cite_log(function, "Status", last.status, last.at),
            ),
            fixes=openings(reachability, one),
            confidence=Confidence.CERTAIN if one.certain else Confidence.LIKELY,
            explains=unreachable(one),
            expects=waiting.expects,
            subject=one.resource.arn,
        )
    reachability.require_all()


def _message(one: Stopped) -> str:
    code = one.blockers[0].code
    if code not in WITHOUT:
        return f"{one.names} cannot be resolved: enableDnsSupport of {one.component} is off"
    return f"{one.names} cannot be reached: {one.component} is there, but {WITHOUT[code]}"
