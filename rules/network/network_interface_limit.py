"""The account may not have more network interfaces, so the function got none.

Lambda makes one for each combination of subnet and security groups that functions use, and more as connections grow, up to a quota for the VPC.
At the quota functions cannot be created or updated (`EniLimitExceeded`); what runs goes on.

Covers: net-eni-limit
Fix: let functions share subnets and security groups, delete functions and versions that nobody uses, or ask for a higher quota (L-9FEE3D26).
See: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, cite, reason_field, rule

CODE = "EniLimitExceeded"


@rule(Severity.HIGH)
def network_interface_limit(function: Function) -> Iterator[Problem]:
    field = reason_field(function, CODE)
    if field:
        yield Problem(
            message=f"no network interface could be made for it: the quota for {function.vpc_config.vpc_id or 'its VPC'} is used up",
            evidence=(cite(function, field), cite(function, "vpc_config")),
            fixes=(
                Fix(
                    title="share subnets and security groups among functions, or ask for a higher quota of interfaces",
                    applicability=Applicability.MANUAL,
                    note="aws service-quotas get-service-quota --service-code lambda --quota-code L-9FEE3D26 tells today's",
                ),
            ),
        )
