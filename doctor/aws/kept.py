"""What a new snapshot takes from the one before it, so that only what changed is read again."""

from datetime import datetime, timedelta

from doctor.aws.collectors.changes import KNOWN_FOR
from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.function import Alias, Function
from doctor.model.snapshot import Snapshot

KEEP = timedelta(hours=1)
"""A policy or an alias may change without the function's own revision: nothing is kept for longer."""
_HISTORY = "cloudtrail:LookupEvents"
_HISTORY_KEPT = timedelta(days=1)
"""What CloudTrail told does not change; of a longer time there are too many writes to look them up at once."""
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

    def history(self, draft: Draft) -> datetime | None:
        """Put what CloudTrail told before into the draft; return until when it is known, if it is, and to its end."""
        before = self._previous
        if before is None or before.scope.functions or not self._is_of(draft):
            return None
        unknown = any(gap.call.name == _HISTORY and gap.reason != "not_asked" for gap in before.gaps)
        if unknown or draft.now - before.taken_at > _HISTORY_KEPT:
            return None
        oldest = draft.now - KNOWN_FOR
        draft.recorded(*(one for one in before.changes if one.event_time > oldest))
        draft.recorded(*(one for one in before.refused if one.event_time > oldest))
        return before.taken_at

    def _is_of(self, draft: Draft) -> bool:
        scope = self._previous.scope if self._previous else None
        return scope is not None and (scope.account, scope.region) == (draft.scope.account, draft.scope.region)

    def take(self, draft: Draft, listed: Function) -> bool:
        """Put what the previous snapshot knows of a function into the draft, if it still holds; tell whether it did."""
        parts = self._parts.get(listed.arn, [])
        latest = next((one for one in parts if isinstance(one, Function) and one.arn == listed.arn), None)
        if self._previous is None or latest is None or listed.function_name in draft.scope.functions:
            return False
        read_at = self._previous.read_at.get(listed.arn, self._previous.taken_at)
        if not self._is_of(draft) or draft.now - read_at > self._age or not _unchanged(latest, listed):
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
