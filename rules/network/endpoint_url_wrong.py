"""An AWS client could not connect at all, at once: its endpoint is not one.

botocore says "Could not connect to the endpoint URL" when the endpoint's name has no address or the host refuses: the region in it is none,
the service is not in that region, or an `AWS_ENDPOINT_URL` variable leads elsewhere (a local stack, say). In a VPC without a way out it
does not say so: there the name resolves and the connection waits ("Connect timeout on endpoint URL").

Covers: net-endpoint-url-wrong
Fix: take the variable away, or correct the region that the client is made with.
See: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    HOSTS,
    Applicability,
    Confidence,
    Evidence,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite,
    cite_log,
    found_in,
    in_line,
    rule,
    shown,
    times,
    told,
)

WORDS = HOSTS["endpoint"]
HOST = re.compile(r"^https?://(?:[^/]*?\.)?(?P<service>[a-z0-9-]+)\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")
REGION = re.compile(
    r"^(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9]$"
)
"""The form of a region's name; a name of that form may still be none."""


@rule(Severity.HIGH)
def endpoint_url_wrong(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if not met:
        return
    last = met[-1]
    found = found_in(last, WORDS.words)
    url = found["url"]
    overrides = told(lambda: tuple(_overriding(function, url)), ())
    host = HOST.match(url)
    region = host["region"] if host is not None else ""
    wrong_region = bool(region) and not REGION.match(region)
    what = (
        "a variable of the function leads there"
        if overrides
        else f"{region} is no region"
        if wrong_region
        else "the name has no address, or nothing listens there"
    )
    yield Problem(
        message=f"{url} could not be connected to, {times(met)}: {what}",
        evidence=(*overrides, cite_log(function, "errorMessage", in_line(found[0]), last.at)),
        fixes=(
            Fix(
                title="take the variable away" if overrides else "correct the region and the endpoint of the client",
                applicability=Applicability.MANUAL,
            ),
        ),
        confidence=Confidence.CERTAIN if overrides or wrong_region else Confidence.POSSIBLE,
        explains=shown(met),
        expects="handler_failed",
    )


def _overriding(function: Function, url: str) -> Iterator[Evidence]:
    for name, value in sorted(function.environment.variables.items()):
        mine = name.startswith("AWS_ENDPOINT_URL") or name == "AWS_REGION_OVERRIDE"
        if mine and isinstance(value, str) and url.startswith(value.rstrip("/")):
            yield cite(function, f"environment.variables.{name}")
