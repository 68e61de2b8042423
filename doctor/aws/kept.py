"""What a new snapshot takes from the one before it, so that only what changed is read again."""

from datetime import timedelta

from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.function import Alias, Function
from doctor.model.snapshot import Snapshot

KEEP = timedelta(hours=1)
"""A policy or an alias may change without the function's own revision: nothing is kept for longer."""
_OF_DETAILS = (
    "lambda:GetFunction",
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionConcurrency",
    "lambda:GetPolicy",
    "lambda:ListAliases",
)


class Kept:
    """The previous snapshot, by function."""

    def __init__(self, previous: Snapshot | None, age: timedelta) -> None:
        self._previous = previous
        self._age = age
        self._parts: dict[str, list[Function | Alias]] = {}
        self._gaps: dict[str, list[Gap]] = {}
        if previous is None:
            return
        for one in previous.resources.values():
            if isinstance(one, Function | Alias):
                self._parts.setdefault(arns.unqualified(one.arn), []).append(one)
        for gap in previous.gaps:
            if gap.call.name in _OF_DETAILS:
                self._gaps.setdefault(arns.unqualified(gap.resource), []).append(gap)

    def take(self, draft: Draft, listed: Function) -> bool:
        """Put what the previous snapshot knows of a function into the draft, if it still holds; tell whether it did."""
        parts = self._parts.get(listed.arn, [])
        latest = next((one for one in parts if isinstance(one, Function) and one.arn == listed.arn), None)
        if self._previous is None or latest is None or listed.function_name in draft.scope.functions:
            return False
        read_at = self._previous.read_at.get(listed.arn, self._previous.taken_at)
        old = self._previous.scope.account != draft.scope.account or self._previous.scope.region != draft.scope.region
        if old or draft.now - read_at > self._age or not _unchanged(latest, listed):
            return False
        gaps = [gap for gap in self._gaps.get(listed.arn, []) if gap.reason != "not_asked"]
        if any(gap.reason in ("failed", "throttled") for gap in gaps):
            return False
        draft.add(*parts)
        draft.note(*gaps)
        draft.read_at[listed.arn] = read_at
        return True


def _unchanged(known: Function, listed: Function) -> bool:
    """By what a listing tells: revision, time, and code. What was on its way to another state has arrived there since."""
    settled = known.state == "Active" and known.last_update_status == "Successful"
    return settled and all(
        getattr(known, name) == getattr(listed, name)
        for name in ("revision_id", "last_modified", "code_sha256", "timeout", "memory_size", "role", "handler")
    )
