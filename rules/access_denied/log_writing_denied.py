"""The function's role may not write its log, so that nobody sees what it does.

Lambda writes a function's log with the function's role. Without the permission the function runs as ever, fails as ever, and leaves
no line of either: CloudWatch counts its invocations, and the log stays empty. Most other rules are blind then.

Covers: obs-no-logs-permission
Fix: allow it to create streams and put events into its own log group, and to create the group where there is none.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-execution.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    LogPlace,
    Metrics,
    Permissions,
    Problem,
    Severity,
    cite,
    cite_metric,
    role_policies,
    rule,
)


@rule(Severity.MEDIUM)
def log_writing_denied(
    function: Function, metrics: Metrics, invocations: Invocations, log_place: LogPlace, permissions: Permissions
) -> Iterator[Problem]:
    if invocations.are_there:
        return
    ran = round(metrics.total("Invocations"))
    denied = _denied(function, log_place, permissions) if ran else []
    if denied:
        role = permissions.role
        yield Problem(
            message=f"{ran} invocations left no line: the role {role.role_name} may not do {', '.join(denied)}",
            evidence=(
                cite_metric(function, "Invocations Sum", ran, metrics.last("Invocations")),
                cite(function, "role"),
                cite(role, "role_policy_list"),
                cite(role, "attached_managed_policies"),
            ),
            fixes=(_fix(function, permissions, denied),),
        )


def _denied(function: Function, log_place: LogPlace, permissions: Permissions) -> list[str]:
    """The actions without which nothing is written; both spellings of a group are tried where a group is created."""
    group = function.log_group_arn
    denied = [
        action
        for action in ("logs:CreateLogStream", "logs:PutLogEvents")
        if permissions.refuses(action, f"{group}:log-stream:s")
    ]
    spelled = (group, f"{group}:log-stream:")
    if not log_place.is_there and all(permissions.refuses("logs:CreateLogGroup", one) for one in spelled):
        denied.insert(0, "logs:CreateLogGroup")
    return denied


def _fix(function: Function, permissions: Permissions, denied: list[str]) -> Fix:
    note = "environments that run already may go on with their old credentials for some time"
    decisions = [permissions.can(one, f"{function.log_group_arn}:log-stream:s") for one in denied]
    if not all(one.grantable for one in decisions):
        layers = ", ".join(dict.fromkeys(layer for one in decisions for layer in one.blockers))
        return Fix(
            title=f"let it write its log: what refuses is {layers}", applicability=Applicability.MANUAL, note=note
        )
    return Fix(
        title=f"let it write to {function.log_group}",
        steps=role_policies.grant(permissions.role, [(one, function.log_group_arn) for one in denied], below=True),
        note=note,
    )
