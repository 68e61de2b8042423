"""The function is traced, and its role does not let the traces out.

With active tracing Lambda's own daemon sends segments to X-Ray with the function's role. Where the role may not, they are dropped without a word:
the function works, and there are no traces. Where tracing is off there are none either, and nothing is missing.

Covers: obs-xray-missing
Fix: allow xray:PutTraceSegments and xray:PutTelemetryRecords.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Permissions, Problem, Severity, cite, role_policies, rule

ACTIONS = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")


@rule(Severity.LOW)
def traces_not_permitted(function: Function, permissions: Permissions) -> Iterator[Problem]:
    if function.tracing_config.mode != "Active":
        return
    denied = [one for one in ACTIONS if permissions.can(one, "*").result == "denied"]
    if denied:
        role = permissions.role
        yield Problem(
            message=f"it is traced, and the role {role.role_name} may not do {' and '.join(denied)}: there are no traces",
            evidence=(
                cite(function, "tracing_config.mode"),
                cite(function, "role"),
                cite(role, "role_policy_list"),
                cite(role, "attached_managed_policies"),
            ),
            fixes=(_fix(permissions, denied),),
        )


def _fix(permissions: Permissions, denied: list[str]) -> Fix:
    decisions = [permissions.can(one, "*") for one in denied]
    if not all(one.grantable for one in decisions):
        layers = ", ".join(dict.fromkeys(layer for one in decisions for layer in one.blockers))
        return Fix(title=f"let it send traces: what refuses is {layers}", applicability=Applicability.MANUAL)
    return Fix(title="let it send traces", steps=role_policies.grant(permissions.role, [(one, "*") for one in denied]))
