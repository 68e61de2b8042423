"""The VPC has a gateway endpoint of the service, and the function's subnets have no route to it.

A gateway endpoint (S3, DynamoDB) serves only subnets whose route table it is associated with: it puts a route for the service's addresses there.
In the other subnets the service is as far away as the rest of the internet.
This rule speaks when invocations waited in silence, or could not connect, and the service is to be reached from a subnet that has no route.

Covers: net-gateway-endpoint-not-associated
Fix: associate the route table with the endpoint. It costs nothing. Unsafe: open connections of those subnets to the service are reset.
See: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
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
    cite_component,
    cite_failed,
    openings,
    rule,
    unreachable,
)


@rule(Severity.CRITICAL)
def gateway_endpoint_not_associated(
    function: Function, waiting: Waiting, reachability: Reachability
) -> Iterator[Problem]:
    if not waiting.failed:
        return
    for traced in reachability.blocked:
        endpoint = next((one for one in reachability.endpoints(traced) if one.vpc_endpoint_type == "Gateway"), None)
        if endpoint is None:
            continue
        stopped = reachability.stopped("NO_ROUTE_TO_DESTINATION", of=(traced,))
        without = [one for one in stopped if one.component not in endpoint.route_table_ids]
        if not without:
            continue
        every = Stopped.together(without)
        names = " and ".join(one.component for one in without)
        yield Problem(
            message=f"{every.names} cannot be reached: {endpoint.vpc_endpoint_id} is not associated with {names}",
            evidence=(
                *every.told,
                cite(endpoint, "route_table_ids"),
                *(place for one in without for place in cite_component(one)),
                *cite_failed(function, waiting),
            ),
            fixes=openings(reachability, every),
            confidence=Confidence.CERTAIN if every.certain else Confidence.LIKELY,
            explains=unreachable(every),
            expects=waiting.expects,
            subject=endpoint.arn,
        )
    reachability.require_all()
