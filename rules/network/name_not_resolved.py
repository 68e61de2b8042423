"""A host's name has no address where the function looks it up.

In a VPC the name servers of its DHCP options answer, and a private hosted zone answers only in VPCs that it is associated with. Outside a
VPC only public names have addresses. A name with a typing error has one nowhere. An SDK may say only that it could not connect.
A name that has an address which nothing answers at is another failure: that one hangs.

Covers: net-dns-failure
Fix: correct the name; associate the private hosted zone with the VPC; let the VPC use Amazon's resolver, or make its own name servers reachable.
See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
"""

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

WORDS = HOSTS["name"]

WHO = {
    True: "the name servers of its VPC know",
    False: "the public DNS knows",
    None: "whoever was asked (its VPC's name servers or the public DNS: not seen) knows",
}
"""By whether the function is in a VPC."""


@rule(Severity.HIGH)
def name_not_resolved(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if not met:
        return
    last = met[-1]
    found = found_in(last, WORDS.words)
    host = next((name for name in found.groupdict().values() if name), "")
    in_vpc = told(lambda: bool(function.vpc_config.subnet_ids), None)
    naming = told(lambda: tuple(_naming(function, host)), ()) if host else ()
    yield Problem(
        message=f"{host or 'a host name'} did not resolve, {times(met)}: {WHO[in_vpc]} no address of it",
        evidence=(*naming, cite_log(function, "errorMessage", in_line(found.string), last.at)),
        fixes=(_fix(in_vpc=in_vpc is not False),),
        confidence=Confidence.LIKELY,
        explains=shown(met),
    )


def _naming(function: Function, host: str) -> Iterator[Evidence]:
    """The variables that name the host: where a typing error would be."""
    for name, value in sorted(function.environment.variables.items()):
        if isinstance(value, str) and host in value:
            yield cite(function, f"environment.variables.{name}")


def _fix(*, in_vpc: bool) -> Fix:
    if not in_vpc:
        return Fix(title="correct the name: it must be a public one", applicability=Applicability.MANUAL)
    return Fix(
        title="correct the name, or let the VPC know it",
        applicability=Applicability.MANUAL,
        note="a private hosted zone must be associated with the VPC; own name servers in its DHCP options must be reachable and know the name",
    )
