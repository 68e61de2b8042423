"""An interface endpoint answers for a service, and its security group does not admit the function.

Private DNS sends every call of the VPC to that service through the endpoint, even where a NAT gateway would lead to it as well. An endpoint
whose security group does not admit HTTPS from the function drops the call without a word.
This rule speaks when invocations waited in silence, or could not connect, and a service that the function is known to need is behind such an
endpoint.

Covers: net-endpoint-sg-blocks
Fix: an ingress rule for port 443 from the function's security group.
See: https://docs.aws.amazon.com/vpc/latest/privatelink/troubleshoot-interface-endpoints.html
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
def endpoint_security_group_blocks(
    function: Function, waiting: Waiting, reachability: Reachability
) -> Iterator[Problem]:
    if not waiting.failed:
        return
    for one in reachability.stopped("ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES", direction="ingress"):
        endpoint = reachability.endpoint_behind(one)
        if endpoint is None or one.resource is None:
            continue
        yield Problem(
            message=f"{one.names} leads to {endpoint.vpc_endpoint_id}, whose security group {one.component} does not admit the function",
            evidence=(
                *one.told,
                cite(endpoint, "service_name"),
                cite(one.resource, "group_id"),
                *cite_failed(function, waiting),
            ),
            fixes=openings(reachability, one),
            confidence=Confidence.CERTAIN if one.certain else Confidence.LIKELY,
            explains=unreachable(one),
            expects=waiting.expects,
            subject=one.resource.arn,
        )
    reachability.require_all()
