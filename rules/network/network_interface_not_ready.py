"""The function's network interfaces are being made again.

After weeks without an invocation Lambda takes a function's interfaces back. The invocation that comes next fails, and the interfaces are made
anew, which takes a minute or two: until then invocations fail (`ENINotReadyException`, `ResourceNotReadyException`). It passes by itself.

Covers: net-eni-not-ready
Fix: call again after a while; a schedule that invokes the function now and then keeps its interfaces.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, cite, rule

CODES = ("Idle", "Restoring")


@rule(Severity.LOW)
def network_interface_not_ready(function: Function) -> Iterator[Problem]:
    away = function.state in ("Inactive", "Pending") and function.state_reason_code in CODES
    if away and function.vpc_config.subnet_ids:
        restoring = function.state_reason_code == "Restoring"
        what = "are being made again" if restoring else "were taken back, and its next invocation fails"
        yield Problem(
            message=f"its network interfaces {what}: it is {function.state} ({function.state_reason_code})",
            evidence=(cite(function, "state"), cite(function, "state_reason_code"), cite(function, "vpc_config")),
            fixes=(Fix(title="invoke it again in a minute or two", applicability=Applicability.MANUAL),),
        )
