"""That a change of policies changes what was intended and nothing else: decisions before and after, over witnesses.

A request can be decided differently only if a statement that differs applies to it, or may. All others are passed over:
adding an Allow changes only requests that it matches, and only towards allowed; narrowing a Deny likewise.
"""

from collections.abc import Iterable, Iterator

from doctor.iam.evaluate import Policies, judge
from doctor.iam.policy import Policy, Statement
from doctor.iam.request import Request
from doctor.model.decision import Verdict
from doctor.model.record import Record

_VERDICTS: tuple[Verdict, ...] = ("denied", "depends", "allowed")


class Difference(Record):
    """A request that is decided differently."""

    principal: str
    action: str
    resource: str
    before: Verdict
    after: Verdict


def differences(before: Policies, after: Policies, requests: Iterable[Request]) -> Iterator[Difference]:
    """Find the requests that ``after`` decides differently from ``before``.

    Args:
        before: Every layer as it is.
        after: Every layer as it would be. Policies that are the same object are not compared further.
        requests: What to ask, for example every action on every witness.
    """
    changed = _changed(before, after)
    everything = changed is None
    for request in requests:
        if not everything and not any(statement.match(request) for statement in changed or ()):
            continue
        old, new = judge(before, request).result, judge(after, request).result
        if old != new:
            yield Difference(
                principal=request.caller.text,
                action=request.action,
                resource=request.resource,
                before=_VERDICTS[old],
                after=_VERDICTS[new],
            )


def _changed(before: Policies, after: Policies) -> tuple[Statement, ...] | None:
    """Statements of policies that only one side has; ``None`` when more than statements differs: a layer came or went."""
    if _shape(before) != _shape(after):
        return None
    old, new = set(map(id, _policies(before))), set(map(id, _policies(after)))
    return tuple(
        statement
        for policy in (*_policies(before), *_policies(after))
        if id(policy) in old ^ new
        for statement in policy.statements
    )


def _policies(policies: Policies) -> Iterator[Policy]:
    for layer in (policies.identity, policies.boundary, policies.session, policies.resource, policies.endpoint):
        yield from layer
    for level in (*policies.scp, *policies.rcp):
        yield from level.policies


def _shape(policies: Policies) -> tuple[object, ...]:
    """Which bounding layers there are, and what was not seen."""
    bounding = (policies.boundary, policies.session, policies.endpoint)
    levels = tuple(level.target for level in (*policies.scp, *policies.rcp))
    return (*map(bool, bounding), levels, len(policies.scp), tuple(policies.unseen.items()))


def witnesses(arn: str) -> tuple[str, ...]:
    """An ARN with its near misses: longer, a sibling, below it, in another region, of another account, in another partition."""
    segments = arn.split(":", 5)

    def other(at: int, value: str) -> str:
        return ":".join([*segments[:at], value, *segments[at + 1 :]])

    found = [arn, f"{arn}x", other(5, f"{segments[5]}/x"), other(5, f"x{segments[5]}"), f"{arn}:x"]
    found += [other(at, value) for at, value in ((3, "xx-other-1"), (4, "000000000000")) if segments[at]]
    return tuple(dict.fromkeys(found))


def inside(pattern: str) -> str:
    """A text that a pattern matches: literal characters as they are, wildcards as one ``x``."""
    if not pattern.strip("*"):
        return "*"
    for literal in "*?$":
        pattern = pattern.replace(f"${{{literal}}}", f"\0{'*?$'.index(literal)}")
    pattern = pattern.replace("*", "x").replace("?", "x")
    for at, literal in enumerate("*?$"):
        pattern = pattern.replace(f"\0{at}", literal)
    return pattern
