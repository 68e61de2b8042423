"""The instances that run the function cannot reach CloudWatch Logs, so that nothing it writes arrives.

Functions on Managed Instances run in the account's own VPC, and their lines leave from the capacity provider's subnets. Without a way to CloudWatch
Logs from there (a NAT gateway, or an interface endpoint of `logs`) the function works and its log stays empty.

Told apart: Lambda itself ships the lines of all other functions, whatever their VPC lets through.

Covers: obs-lmi-no-logs
Fix: an interface endpoint of CloudWatch Logs in the capacity provider's subnets, or a way to the internet.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-troubleshooting.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Confidence, Fix, Function, LogShipping, Problem, Severity, cite, rule


@rule(Severity.HIGH)
def logs_not_shipped(function: Function, log_shipping: LogShipping) -> Iterator[Problem]:  # noqa: ARG001 -- once for each
    trace = log_shipping.trace
    if trace is None or log_shipping.provider is None or trace.verdict not in ("unreachable", "partial"):
        return
    shut = [subnet for subnet, verdict in trace.subnets.items() if verdict != "reachable"]
    details = "; ".join(dict.fromkeys(f"{one.component}: {one.detail}" for one in trace.blockers))
    yield Problem(
        message=f"its lines do not get from {', '.join(shut)} to {trace.destination.host}: {details}",
        evidence=(
            cite(log_shipping.provider, "vpc_config.subnet_ids"),
            cite(log_shipping.provider, "vpc_config.security_group_ids"),
        ),
        fixes=(
            Fix(
                title=f"make an interface endpoint of logs in {', '.join(shut)}, or lead them to a NAT gateway",
                applicability=Applicability.MANUAL,
                note="it serves every function of the capacity provider, and is its owner's to choose",
            ),
        ),
        confidence=Confidence.CERTAIN if all(one.verdict == "drop" for one in trace.blockers) else Confidence.LIKELY,
        subject=log_shipping.provider.arn,
    )
