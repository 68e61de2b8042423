"""The function's file system refuses to be mounted.

Lambda mounts an EFS access point before an environment runs. Where the file system has a policy, the role needs elasticfilesystem:ClientMount, and
ClientWrite to write; the access point must be available. An S3 Files access point asks for its own client actions. A file system that cannot be
reached (port 2049), or answers too late, has codes of its own and is a matter of the network, not of permissions.

Covers: ad-efs-iam, ad-s3files-mount
Fix: allow the role to mount and write this file system. For S3 Files allow the client actions of its access point, by hand.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem-efs.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Decision,
    Fix,
    Function,
    Permissions,
    Problem,
    Role,
    Severity,
    Wanted,
    cite,
    rule,
)

CODES = ("EFSMountFailure", "S3FilesMountFailure")
ACTIONS = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")


@rule(Severity.HIGH)
def file_system_refused(function: Function, permissions: Permissions) -> Iterator[Problem]:
    code = next(
        (one for one in (function.state_reason_code, function.last_update_status_reason_code) if one.startswith(CODES)),
        "",
    )
    if not code or not function.file_system_configs:
        return
    role = permissions.role
    arns = [one.arn for one in function.file_system_configs]
    missing = [
        (Wanted(action, arn), decision)
        for arn in arns
        if ":elasticfilesystem:" in arn
        for action in ACTIONS
        if (decision := permissions.can(action, arn)).lacking
    ]
    why = (
        f"the role {role.role_name} does not allow {', '.join(one.action for one, _ in missing)}"
        if missing
        else (
            "the role allows it, so its access point or the file system's own policy refuses"
            if code.startswith("EFS")
            else "its access point refuses"
        )
    )
    yield Problem(
        message=f"its file system was not mounted ({code}): {why}",
        evidence=(
            cite(function, "file_system_configs"),
            cite(function, "state_reason_code"),
            cite(function, "last_update_status_reason_code"),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
        ),
        fixes=(_fix(role, missing),),
        confidence=Confidence.LIKELY if missing else Confidence.POSSIBLE,
    )


def _fix(role: Role, missing: list[tuple[Wanted, Decision]]) -> Fix:
    """By hand: that the role allows it is not seen by the function's state until it is updated or invoked."""
    asked = ", ".join(dict.fromkeys(one.action for one, _ in missing))
    title = (
        f"allow {role.role_name} {asked} on the file system" if missing else "look at the access point and its policy"
    )
    return Fix(title=title, applicability=Applicability.MANUAL, note="then invoke the function: Lambda mounts anew")
