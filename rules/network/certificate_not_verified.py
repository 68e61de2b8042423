"""The certificate of a host was not accepted.

The connection came about, so the network is open: what failed is the check of who answered. The host's certificate is signed by an
authority that the runtime does not know (a company's own, a proxy's), has expired, or is for another name.

Covers: net-tls-verify
Fix: ship the authority's certificate with the function and point the client to it (AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS,
a trust store in Java), or mend the host's certificate. Turning the check off hides every attack.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-networking.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    HOSTS,
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite_log,
    found_in,
    in_line,
    rule,
    shown,
    times,
    told,
)

WORDS = HOSTS["certificate"]
EXPIRED = "certificate has expired"
VARIABLES = {"python": "AWS_CA_BUNDLE and REQUESTS_CA_BUNDLE", "nodejs": "NODE_EXTRA_CA_CERTS"}
"""Environment variables that name a file of further authorities, by runtime."""


@rule(Severity.HIGH)
def certificate_not_verified(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if not met:
        return
    last = met[-1]
    text = found_in(last, WORDS.words).string
    runtime = told(lambda: function.runtime, None) or ""
    variable = next(
        (name for start, name in VARIABLES.items() if runtime.startswith(start)), "the client's trust store"
    )
    yield Problem(
        message=f"a host's certificate was not accepted, {times(met)}: it was reached, so the network is not to blame",
        evidence=(cite_log(function, "errorMessage", in_line(text), last.at),),
        fixes=(
            Fix(
                title="let the host's owner renew its certificate"
                if EXPIRED in text
                else f"ship the authority's certificate, and name it in {variable}; or mend the host's certificate",
                applicability=Applicability.MANUAL,
            ),
        ),
        explains=shown(met),
        expects="handler_failed",
    )
