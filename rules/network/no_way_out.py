"""The function's subnets have no way to what it calls.

A function in a VPC has the routes of its subnets and nothing else: no public address, no way to the internet by itself. Where the route
table leads neither to a NAT gateway nor to an endpoint of the service, packets are dropped without a word. The call hangs until the
function is stopped, and the log shows a timeout.
This rule speaks when invocations waited in silence until they were stopped, or could not connect, and a destination that the function is
known to need cannot be reached from any of its subnets for want of a route. Known are hosts, URLs and ARNs in its variables, what its log
says it could not connect to, services whose clients its source creates, and those that its layers call. It is certain when every step of
the way was seen and the destination itself is named, and not only a resource by its ARN. Destinations that can be reached, all of them,
rule the network out.

Covers: net-no-internet-route, net-aws-endpoint-missing
Fix: a gateway endpoint where the service has one, the NAT gateway that is there, subnets that have a way, interface endpoints, or a new NAT
gateway: in the order of what they cost. Unsafe: a route serves every subnet that uses its table, private DNS answers the whole VPC.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-networking.html
"""

from collections.abc import Iterator
from ipaddress import ip_address

from doctor.rules_api import (
    Confidence,
    Destination,
    Function,
    NotThis,
    Path,
    Problem,
    Reachability,
    RouteTable,
    Severity,
    Stopped,
    Symptom,
    SymptomKind,
    Trace,
    Traced,
    Waiting,
    cite,
    cite_failed,
    openings,
    rule,
    unreachable,
)

NO_ROUTE = "NO_ROUTE_TO_DESTINATION"


@rule(Severity.CRITICAL)
def no_way_out(function: Function, waiting: Waiting, reachability: Reachability) -> Iterator[Problem | NotThis]:
    if not waiting.failed:
        return
    known = reachability.known
    lost = tuple(
        one for one in known if one.trace is not None and _is_lost(one.trace) and not reachability.endpoints(one)
    )  # where an endpoint is there, other rules say why it does not serve
    if lost:
        yield _problem(function, waiting, reachability, _stopped(reachability, lost))
    elif waiting.hung and known and all(one.verdict == "reachable" for one in known):
        names = ", ".join(_name(one.trace) for one in known if one.trace is not None)
        yield NotThis(
            symptom=Symptom(kind=SymptomKind.TIMED_OUT), why=f"what it is known to need can be reached: {names}"
        )
    reachability.require_all()


def _is_lost(trace: Trace) -> bool:
    """Tell whether nothing gets to a public destination from any subnet, and each subnet's own routes lead nowhere."""
    without = {path.subnet for path in trace.paths if _dead_end(path)}
    return trace.verdict == "unreachable" and without == set(trace.subnets) and _is_public(trace.destination)


def _dead_end(path: Path) -> str:
    """The route table of the subnet itself where it has no route; empty where it has one, wherever that leads."""
    first = next((hop for hop in path.forward if hop.kind == "route-table"), None)
    return first.component if first is not None and first.code == NO_ROUTE else ""


def _is_public(destination: Destination) -> bool:
    """Tell what a NAT gateway would lead to from what lies in another network of one's own."""
    if destination.kind == "address":
        return ip_address(destination.value).is_global
    named = destination.kind == "host" and not destination.host.endswith(".amazonaws.com")  # a database's, for example
    return destination.kind == "service" or named


def _name(trace: Trace) -> str:
    return f"{trace.destination.host or trace.destination.value}:{trace.port}"


def _stopped(reachability: Reachability, lost: tuple[Traced, ...]) -> Stopped:
    """All route tables that lead nowhere, as one: the destinations need a way from every subnet."""
    traces = [one.trace for one in lost if one.trace is not None]
    blockers = tuple(one for trace in traces for one in trace.blockers if one.code == NO_ROUTE)
    first = blockers[0].component
    return Stopped(component=first, resource=reachability.resource(first), blockers=blockers, traced=lost)


def _problem(function: Function, waiting: Waiting, reachability: Reachability, stopped: Stopped) -> Problem:
    traces = [one.trace for one in stopped.traced if one.trace is not None]
    missing = {_dead_end(path) for trace in traces for path in trace.paths}
    tables = [one for one in reachability.routes if one.route_table_id in missing]
    certain = any(_is_certain(one) for one in stopped.traced)
    others = {one.component for trace in traces for one in trace.blockers if one.verdict == "drop"} - missing
    more = f", and {', '.join(sorted(others))} would stop it too" if others else ""
    waited = "waited until it was stopped" if waiting.failed[-1].status == "timeout" else "could not connect"
    return Problem(
        message=f"{stopped.names} cannot be reached from its subnets: {_without(tables)}{more}; the handler {waited}",
        evidence=(
            *stopped.told,
            cite(function, "vpc_config.subnet_ids"),
            *(cite(one, "route_table_id") for one in tables),
            *cite_failed(function, waiting),
        ),
        fixes=openings(reachability, stopped),
        confidence=Confidence.CERTAIN if certain else Confidence.LIKELY,
        explains=unreachable(stopped),
        expects=waiting.expects,
    )


def _without(tables: list[RouteTable]) -> str:
    names = " and ".join(one.route_table_id for one in tables)
    return f"{names} {'has' if len(tables) == 1 else 'have'} no route that leads there"


def _is_certain(one: Traced) -> bool:
    """Tell whether the whole way was seen, and the destination itself is named, not a resource that may be for others."""
    trace = one.trace
    seen = trace is not None and not trace.unseen and all(blocker.verdict == "drop" for blocker in trace.blockers)
    named = any(isinstance(place.value, str) and not place.value.startswith("arn:") for place in one.needed.told)
    return seen and named
