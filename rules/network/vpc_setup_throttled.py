"""EC2 refused requests that Lambda made to put the function into its VPC.

EC2 bounds how many requests an account makes in a second. When it is busy, Lambda's own requests for network interfaces fail with the rest
(`EC2RequestLimitExceeded`, `EC2ThrottledException`), and the function is not created, updated or brought back. It passes by itself.

Covers: net-ec2-throttled
Fix: try again later; find who asks EC2 so often (CloudTrail tells).
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, cite, reason_field, rule


@rule(Severity.MEDIUM)
def vpc_setup_throttled(function: Function) -> Iterator[Problem]:
    field = reason_field(function, "EC2RequestLimitExceeded")
    if field:
        yield Problem(
            message="EC2 had too many requests when Lambda asked it for the function's network interfaces",
            evidence=(cite(function, field),),
            fixes=(Fix(title="send the same update again later", applicability=Applicability.MANUAL),),
        )
