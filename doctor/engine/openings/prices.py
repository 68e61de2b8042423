"""What a way out costs in a month of 730 hours: list prices of us-east-1, other regions differ by a few tenths."""

NAT = (
    "about $33 a month for each NAT gateway ($0.045 an hour), about $4 for its address, and $0.045 a GB in us-east-1: "
    "https://aws.amazon.com/vpc/pricing/"
)
NAT_TRAFFIC = "its traffic only: about $0.045 a GB in us-east-1: https://aws.amazon.com/vpc/pricing/"
GATEWAY_ENDPOINT = "nothing: gateway endpoints are not billed: https://aws.amazon.com/privatelink/pricing/"
EGRESS_ONLY = "nothing for the gateway, as data transfer only: https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html"
EXCLUSION = "nothing: https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html"
TRANSIT = (
    "nothing for the change, and $0.02 a GB that passes in us-east-1: https://aws.amazon.com/transit-gateway/pricing/"
)
MONTH_OF_NAT = 37.0
"""Dollars, its address included, its traffic not."""
_ENDPOINT_ZONE = 7.3


def month_of_endpoints(services: int, zones: int) -> float:
    """Dollars, traffic not included."""
    return services * zones * _ENDPOINT_ZONE


def interface_endpoints(services: int, zones: int) -> str:
    """Of interface endpoints: each is billed in each availability zone that it is in."""
    month = month_of_endpoints(services, zones)
    each = "$0.01 an hour in each zone of each endpoint, and $0.01 a GB"
    return f"about ${month:.0f} a month ({each}) in us-east-1: https://aws.amazon.com/privatelink/pricing/"
