"""A subnet or a security group that nobody needs any more cannot be deleted: Lambda still keeps an interface there.

Lambda has one interface for each combination of subnet and security groups that any version of a function asks for, old published versions
included. While it is there, EC2 refuses to delete the subnet or the group (`DependencyViolation`), and nobody but Lambda may change the interface
(`OperationNotPermitted`). It goes when the last version that asks for it does, within twenty minutes; when the function's role was deleted
first, or may not delete interfaces, it stays.

Told apart: an interface in a place that some function's `$LATEST` still asks for is in use.

Covers: net-eni-delete-blocked
Fix: lead aliases to a version that is elsewhere, and delete the old one; where no version is left, wait, and look at the role.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-networking.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    KeptInterfaces,
    Problem,
    Severity,
    cite,
    rule,
)


@rule(Severity.LOW, advice=True)
def network_interface_kept(function: Function, kept: KeptInterfaces) -> Iterator[Problem]:
    if kept.by_version:
        yield Problem(
            message=f"version {function.version} keeps {kept.places(kept.by_version)}, which $LATEST of no function uses: neither can be deleted",
            evidence=(cite(function, "vpc_config"), *(cite(one, "description") for one in kept.by_version)),
            fixes=(
                Fix(
                    title=f"lead aliases to a newer version, and delete version {function.version}",
                    applicability=Applicability.MANUAL,
                    note=f"aws lambda delete-function --function-name {function.function_name} --qualifier {function.version}",
                ),
            ),
        )
    if kept.left_behind:
        yield Problem(
            message=f"interfaces of an earlier configuration are left in {kept.places(kept.left_behind)}: neither can be deleted",
            evidence=(cite(function, "vpc_config"), *(cite(one, "description") for one in kept.left_behind)),
            fixes=(
                Fix(
                    title="delete published versions that are still there, or else wait: Lambda takes up to 20 minutes",
                    applicability=Applicability.MANUAL,
                    note="when they stay, the function's role cannot delete them: it needs ec2:DeleteNetworkInterface and ec2:DescribeNetworkInterfaces",
                ),
            ),
        )
