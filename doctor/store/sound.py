"""What a snapshot's types do not hold: that ARNs are ARNs, that times and values go together, that policies are policies."""

from collections.abc import Iterable, Iterator
from typing import Any

from doctor.model.function import Alias, Function
from doctor.model.snapshot import Snapshot

_FUNCTION_COLONS = 6
"""In ``arn:aws:lambda:region:account:function:name``."""
_LONGEST = 10 * 366 * 86_400
"""Seconds: longer than anything is kept for."""
_COLONS = 5
"""In every ARN: ``arn:aws:service:region:account:resource``."""


def complaint(snapshot: Snapshot) -> str:
    """What is wrong with a snapshot, with its JSON path; empty: nothing that would be met later as a crash."""
    return next(_complaints(snapshot), "")


def _complaints(snapshot: Snapshot) -> Iterator[str]:
    if not 0 < snapshot.scope.window <= _LONGEST:
        yield "its window is no length of time that is meant - at `$.scope.window`"
    for arn, one in snapshot.resources.items():
        colons = _FUNCTION_COLONS if isinstance(one, Function | Alias) else _COLONS
        if arn != one.arn or arn.count(":") < colons or not arn.startswith("arn:"):
            yield f"its key and its ARN must be the same ARN - at `$.resources[{arn!r}]`"
        if isinstance(one, Function | Alias) and one.policy is not None and not _is_policy(one.policy):
            yield f"not a resource policy - at `$.resources[{arn!r}].Policy`"
        if isinstance(one, Function) and one.role and one.role.count(":") < _COLONS:
            yield f"'{one.role}' is no ARN of a role - at `$.resources[{arn!r}].Role`"
    for arn, those in snapshot.metrics.items():
        if any(len(series.timestamps) != len(series.values) for series in those):
            yield f"a metric has other numbers of timestamps and of values - at `$.metrics[{arn!r}]`"


def _is_policy(policy: dict[str, Any]) -> bool:
    """Whether a document has statements that can be taken apart; what they mean is judged elsewhere."""
    statements = policy.get("Statement", [])
    those = statements if isinstance(statements, list) else [statements]
    return all(isinstance(one, dict) and _is_condition(one.get("Condition") or {}) for one in those)


def _is_condition(condition: Any) -> bool:
    tests: Iterable[Any] = condition.values() if isinstance(condition, dict) else (None,)
    return all(isinstance(one, dict) for one in tests)
