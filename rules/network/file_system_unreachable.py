"""The function's file system cannot be mounted for want of a way to it.

A file system is mounted before the handler runs, over TCP 2049, by the mount target in the availability zone of the environment. Where a zone has
none, or the mount target's security group does not admit the function, the environment does not start (`EFSMountConnectivityError`); where the
file system is busy or out of throughput it takes too long (`EFSMountTimeout`, `EFSIOError`). A refusal for lack of permission has a code of its own.

Covers: net-efs-connectivity
Fix: a rule for port 2049 from the function's security group, a mount target in each zone, or more throughput.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Problem,
    Reachability,
    Severity,
    Traced,
    cite,
    cite_component,
    openings,
    reason_field,
    rule,
)

CODES = ("EFSMountConnectivityError", "EFSMountTimeout", "EFSIOError")
NFS = 2049
STOPPED = (
    "DR_TARGET_AZ_MISSING",
    "DR_TARGET_STATE",
    "ENI_SG_RULES_MISMATCH",
    "NO_ROUTE_TO_DESTINATION",
    "SG_HAS_NO_RULES",
    "SUBNET_ACL_RESTRICTION",
)


@rule(Severity.CRITICAL)
def file_system_unreachable(function: Function, reachability: Reachability) -> Iterator[Problem]:
    if not function.file_system_configs:
        return
    mounted = [one for one in reachability.known if _is_file_system(one)]
    for one in reachability.stopped(*STOPPED, of=mounted):
        yield Problem(
            message=f"its file system cannot be mounted from all of its subnets: {one.component}: {one.detail}",
            evidence=(cite(function, "file_system_configs"), *cite_component(one)),
            fixes=openings(reachability, one),
            confidence=Confidence.LIKELY,
        )
    field = reason_field(function, *CODES)
    if field:
        code = function.state_reason_code if field == "state_reason_code" else function.last_update_status_reason_code
        yield Problem(
            message=f"its file system could not be mounted: {code}",
            evidence=(cite(function, field), cite(function, "file_system_configs")),
            fixes=(_by_hand(code),),
        )
    if any(one.verdict == "unknown" for one in mounted):
        reachability.require_all()


def _is_file_system(one: Traced) -> bool:
    return one.needed.destination.value.split(":")[2:3] == ["elasticfilesystem"]


def _by_hand(code: str) -> Fix:
    title = (
        f"open port {NFS} both ways, and make a mount target in each zone; then update the function"
        if code == CODES[0]
        else "give the file system more throughput (elastic mode), then update the function"
    )
    return Fix(title=title, applicability=Applicability.MANUAL)
