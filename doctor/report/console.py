"""Addresses of AWS's console, for a browser."""

from urllib.parse import quote

from doctor.model import arns

_DOMAINS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""By partition."""


def link(arn: str) -> str:
    """The page of a resource: a function's own, of anything else the one that the console finds by its ARN; empty for no ARN."""
    if arn.count(":") < len(("partition", "service", "region", "account", "resource")):
        return ""
    partition, region = arn.split(":")[1], arns.region(arn)
    domain = _DOMAINS.get(partition, _DOMAINS["aws"])
    if ":function:" in arn:
        return f"https://{region}.{domain}/lambda/home?region={region}#/functions/{quote(arns.name(arn))}"
    return f"https://{domain}/go/view?arn={quote(arn, safe='')}"
