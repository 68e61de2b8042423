"""The function's subnets have no way to what it calls.

A function in a VPC has the routes of its subnets and nothing else: no public address, no way to the internet by itself. Where the route
table leads neither to a NAT gateway nor to an endpoint of the service, packets are dropped without a word. The call hangs until the
function is stopped, and the log shows a timeout.
This rule speaks when invocations waited in silence until they were stopped, or could not connect, and a destination that the function is
known to need cannot be reached from any of its subnets for want of a route. Known are hosts, URLs and ARNs in its variables and the
services whose clients its source creates. It is certain when every step of the way was seen and the variable or the source names the
destination itself, and not only a resource by its ARN. Destinations that can be reached, all of them, rule the network out.

Covers: net-no-internet-route, net-aws-endpoint-missing
Fix: manual. A route to a NAT gateway opens the internet, an endpoint one service of AWS. Which of them is right is a matter of money and policy.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-networking.html
"""

from collections.abc import Iterator
from ipaddress import ip_address

from doctor.rules_api import (
    Applicability,
    Confidence,
    Destination,
    Fix,
    Function,
    Invocation,
    Invocations,
    NotThis,
    Path,
    Problem,
    Reachability,
    RouteTable,
    Severity,
    Symptom,
    SymptomKind,
    Trace,
    Traced,
    cite,
    cite_log,
    rule,
)

SILENT = 0.25
"""Share of the timeout that the handler must have been silent for when it was stopped: it waited."""
NOT_CONNECTED = ("Connect timeout on endpoint URL", "ConnectTimeoutError", "connect ETIMEDOUT")
NO_ROUTE = "NO_ROUTE_TO_DESTINATION"
BY_GATEWAY = ("s3", "dynamodb")
"""Services that have gateway endpoints."""
NAT_PRICE = "about $0.045 an hour and $0.045 a GB in us-east-1: https://aws.amazon.com/vpc/pricing/"
ENDPOINT_PRICE = (
    "about $0.01 an hour in each zone and $0.01 a GB in us-east-1: https://aws.amazon.com/privatelink/pricing/"
)


@rule(Severity.CRITICAL)
def no_way_out(function: Function, invocations: Invocations, reachability: Reachability) -> Iterator[Problem | NotThis]:
    hung = [one for one in invocations.timed_out if _waited(function, one)]
    failed = sorted({*hung, *invocations.saying(*NOT_CONNECTED)}, key=lambda one: one.at)
    if not failed:
        return
    known = reachability.known
    lost = [(one, trace) for one in known if (trace := one.trace) is not None and _is_lost(trace)]
    if lost:
        yield _problem(function, reachability, failed[-1], lost)
    elif hung and known and all(one.verdict == "reachable" for one in known):
        names = ", ".join(_name(one.trace) for one in known if one.trace is not None)
        yield NotThis(
            symptom=Symptom(kind=SymptomKind.TIMED_OUT), why=f"what it is known to need can be reached: {names}"
        )


def _waited(function: Function, one: Invocation) -> bool:
    """Tell whether the handler itself was stopped, and had been silent for long."""
    limit = function.timeout * 1000
    in_init = any(init.status == "timeout" for init in one.inits)
    return one.started is not None and not in_init and limit - (one.spoke_until or 0.0) >= SILENT * limit


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


def _problem(
    function: Function, reachability: Reachability, last: Invocation, lost: list[tuple[Traced, Trace]]
) -> Problem:
    names = list(dict.fromkeys(_name(trace) for _, trace in lost))
    missing = {_dead_end(path) for _, trace in lost for path in trace.paths}
    tables = [one for one in reachability.routes if one.route_table_id in missing]
    told = [place for one, _ in lost for place in one.needed.told]
    certain = any(_is_certain(one, trace) for one, trace in lost)
    others = {one.component for _, trace in lost for one in trace.blockers if one.verdict == "drop"} - missing
    more = f", and {', '.join(sorted(others))} would stop it too" if others else ""
    waited = "waited until it was stopped" if last.status == "timeout" else "could not connect"
    return Problem(
        message=f"{', '.join(names)} cannot be reached from its subnets: {_without(tables)}{more}; the handler {waited}",
        evidence=(
            *told,
            cite(function, "vpc_config.subnet_ids"),
            *(cite(one, "route_table_id") for one in tables),
            cite_log(function, "Status", last.status, last.at),
        ),
        fixes=tuple(_fixes(reachability, lost, tables)),
        confidence=Confidence.CERTAIN if certain else Confidence.LIKELY,
        explains=tuple(Symptom(kind=SymptomKind.UNREACHABLE, detail=name) for name in names),
    )


def _without(tables: list[RouteTable]) -> str:
    names = " and ".join(one.route_table_id for one in tables)
    return f"{names} {'has' if len(tables) == 1 else 'have'} no route that leads there"


def _is_certain(one: Traced, trace: Trace) -> bool:
    """Tell whether the whole way was seen, and the destination itself is named, not a resource that may be for others."""
    seen = not trace.unseen and all(blocker.verdict == "drop" for blocker in trace.blockers)
    return seen and any(not str(place.value).startswith("arn:") for place in one.needed.told)


def _fixes(reachability: Reachability, lost: list[tuple[Traced, Trace]], tables: list[RouteTable]) -> Iterator[Fix]:
    names = ", ".join(one.route_table_id for one in tables)
    services = dict.fromkeys(
        (trace.destination.value, trace.destination.region)
        for _, trace in lost
        if trace.destination.kind == "service" and trace.destination.region
    )
    for service, region in services:
        if service in BY_GATEWAY:
            yield _gateway_endpoint(service, region, names)
    for nat in reachability.nats:
        yield _manual(
            f"lead 0.0.0.0/0 of {names} to {nat.nat_gateway_id}, the NAT gateway that is there",
            note="; ".join(_create_route(one, nat.nat_gateway_id) for one in tables),
            cost="its traffic only: about $0.045 a GB in us-east-1: https://aws.amazon.com/vpc/pricing/",
            risk="everything in the subnets that use the route table can then reach the internet",
        )
    for service, region in services:
        if service not in BY_GATEWAY:
            yield _interface_endpoint(service, region)
    if not reachability.nats:
        yield _manual(
            f"make a NAT gateway in a public subnet, and lead 0.0.0.0/0 of {names} to it",
            note="one for each availability zone keeps the way open when a zone fails",
            cost=NAT_PRICE,
            risk="everything in the subnets that use the route table can then reach the internet",
        )


def _create_route(table: RouteTable, nat: str) -> str:
    where = f"--route-table-id {table.route_table_id} --destination-cidr-block 0.0.0.0/0"
    return f"aws ec2 create-route {where} --nat-gateway-id {nat}"


def _gateway_endpoint(service: str, region: str, tables: str) -> Fix:
    return _manual(
        f"make a gateway endpoint of com.amazonaws.{region}.{service} in {tables}",
        note="the security group must let HTTPS out to the service's prefix list",
        cost="a gateway endpoint is not billed",
        risk="open connections to the service are reset, and its policies see other source addresses",
    )


def _interface_endpoint(service: str, region: str) -> Fix:
    name = ".".join(reversed(service.split(".")))
    return _manual(
        f"make an interface endpoint of com.amazonaws.{region}.{name} in the function's subnets, with private DNS",
        note="its security group must admit HTTPS from the function's",
        cost=ENDPOINT_PRICE,
        risk="private DNS sends every call of the VPC to that service through the endpoint",
    )


def _manual(title: str, *, note: str, cost: str, risk: str) -> Fix:
    return Fix(title=title, applicability=Applicability.MANUAL, note=note, cost=cost, risk=risk)
