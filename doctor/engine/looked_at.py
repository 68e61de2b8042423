"""What a snapshot looked at: what it does not hold may be elsewhere in the account, or not have been read."""

from fnmatch import fnmatchcase

from doctor.model import arns
from doctor.model.difference import Difference
from doctor.model.snapshot import Snapshot

_READ_BY = {
    "ReservedConcurrentExecutions": "GetFunctionConcurrency",
    "EventInvokeConfig": "ListFunctionEventInvokeConfigs",
    "FunctionUrlConfig": "ListFunctionUrlConfigs",
    "ProvisionedConcurrencyConfig": "ListProvisionedConcurrencyConfigs",
    "RuntimeManagementConfig": "GetRuntimeManagementConfig",
    "RecursiveLoop": "GetFunctionRecursionConfig",
    "CodeSigningConfigArn": "GetFunctionCodeSigningConfig",
    "PublishedVersions": "ListVersionsByFunction",
    "Package": "GetFunction",
}
"""The operation of its own that brings a field whose name it does not end in, as ``GetBucketPolicy`` does in ``Policy``."""
_LISTING = ("List", "Describe", "GetAccountAuthorizationDetails", "GetRestApis", "GetApis")


class Look:
    """How far a snapshot looked."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.functions = frozenset(name.partition(":")[0] for name in snapshot.scope.functions)
        """Names; empty: all."""
        self._named: dict[str, set[str]] = {}
        self._patterns: list[tuple[str, str, str]] = []
        for gap in snapshot.gaps:
            if gap.reason == "absent":  # it was looked for, and is not there
                continue
            if gap.resource and "*" not in gap.resource:
                self._named.setdefault(gap.resource, set()).add(gap.call.operation)
            else:
                self._patterns.append((gap.resource or "*", gap.call.service, gap.call.operation))

    def read_field(self, arn: str, field: str) -> bool:
        """Whether a field that is empty in a resource was read, and is empty in the account too."""
        operations = {*self._named.get(arn, ()), *self._named.get(arns.unqualified(arn), ())}
        operations.update(operation for pattern, _, operation in self._patterns if fnmatchcase(arn, pattern))
        if field in _READ_BY:
            return _READ_BY[field] not in operations
        return not any(operation.startswith("Get") and operation.endswith(field) for operation in operations)

    def read_resource(self, arn: str, other: "Look") -> bool:
        """Whether a resource that only the other one holds would have been found."""
        if self.functions and not self._covers(arn, other):
            return False
        if arn in self._named:
            return False
        return not any(
            operation.startswith(_LISTING)
            and service == arns.service(arn)
            and fnmatchcase(arn, pattern)
            and (":function:" not in arn or operation == "ListFunctions")
            for pattern, service, operation in self._patterns
        )

    def _covers(self, arn: str, other: "Look") -> bool:
        """Beside functions it holds what belongs to those that were named."""
        if ":function:" in arn:
            return arns.name(arn) in self.functions
        return bool(other.functions) and other.functions <= self.functions


def unread_in(one: Difference, old: Look, new: Look) -> str:
    """Which of two snapshots did not look at what differs: ``OLD``, ``NEW``, or neither."""
    if not one.field:
        if one.before is None:
            return "" if old.read_resource(one.resource, new) else "OLD"
        return "" if new.read_resource(one.resource, old) else "NEW"
    for name, look, value, other in (("OLD", old, one.before, one.after), ("NEW", new, one.after, one.before)):
        if value or "." in one.field:  # what it holds, or a part of that, was read
            continue
        of_its_own = value is None and (isinstance(other, list) or one.field == "Package")
        if of_its_own or not look.read_field(one.resource, one.field):
            return name
    return ""
