"""The function is to run in a VPC, and its role may not make the network interfaces for that.

Lambda makes, describes and deletes the interfaces of a function in a VPC with the function's role. Without the permission the
function cannot be attached, or attached anew: that is bad where it failed already, and a matter of time where the interfaces are there.

Covers: ad-vpc-eni-permission
Fix: what AWSLambdaVPCAccessExecutionRole allows for interfaces, as far as it is missing. These actions have no resource to bind them to.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Decision,
    Fix,
    Function,
    Permissions,
    Problem,
    Severity,
    cite,
    role_policies,
    rule,
)

CORE = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
EVERY = (*CORE, "ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses")
CODE = "InsufficientRolePermissions"


@rule(Severity.MEDIUM)
def network_interface_denied(function: Function, permissions: Permissions) -> Iterator[Problem]:
    if not function.vpc_config.subnet_ids:
        return
    denied = {
        action: one
        for action in EVERY
        if permissions.keeps_lambda_from(action, "*") and _is_plain(one := permissions.lets_lambda(action, "*"))
    }
    failed = CODE in (function.state_reason_code, function.last_update_status_reason_code)
    if any(action in denied for action in (EVERY if failed else CORE)):
        yield _problem(function, permissions, denied, failed=failed)


def _is_plain(decision: Decision) -> bool:
    """Whether an action is denied on everything; a statement for some ARNs only may be enough."""
    return not any(one.element == "Resource" for one in decision.near_misses)


def _problem(function: Function, permissions: Permissions, denied: dict[str, Decision], *, failed: bool) -> Problem:
    role = permissions.role
    when = "it was not attached to its VPC" if failed else "it will not be attached to its VPC again"
    return Problem(
        message=f"{when}: the role {role.role_name} may not do {', '.join(denied)}",
        evidence=(
            cite(function, "vpc_config"),
            cite(function, "state_reason_code"),
            cite(function, "last_update_status_reason_code"),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
        ),
        fixes=(_fix(permissions, denied),),
        severity=Severity.HIGH if failed else Severity.MEDIUM,
    )


def _fix(permissions: Permissions, denied: dict[str, Decision]) -> Fix:
    if not all(one.grantable for one in denied.values()):
        return Fix(
            title="let the role make network interfaces, then update the function", applicability=Applicability.MANUAL
        )
    return Fix(
        title="allow exactly the missing actions",
        steps=role_policies.grant(permissions.role, [(action, "*") for action in denied]),
        note="to keep the function's own code from using them, AWS advises a Deny with lambda:SourceFunctionArn",
    )
