"""The function's resource policy is nearly as long as it may be, and the next permission will be refused.

A resource policy holds 20,480 bytes. One statement for each rule, or for each route of an API, fills it; then AddPermission fails with
PolicyLengthExceededException, and what was to invoke the function does not. What is in the policy goes on working. Each version and alias has a
policy, and a length, of its own.

Covers: ad-policy-too-large
Fix: one statement with a pattern (`rule/*`, an API's `/*/*`) in place of many, or statements for what is gone removed.
See: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import json
from collections.abc import Iterator

from doctor.rules_api import Alias, Applicability, Fix, Function, InvokePolicy, Problem, Severity, cite, rule

MOST = 20_480
"""Bytes."""
ROOM = 512
"""Bytes that a statement takes, about."""


@rule(Severity.LOW)
def permission_policy_full(function: Function, invoke_policy: InvokePolicy) -> Iterator[Problem]:
    for owner in invoke_policy.owners:
        size = len(json.dumps(owner.policy, separators=(",", ":")).encode()) if owner.policy else 0
        if size > MOST - ROOM:
            yield _problem(function, owner, size)


def _problem(function: Function, owner: Function | Alias, size: int) -> Problem:
    statements = (owner.policy or {}).get("Statement", ())
    return Problem(
        message=f"the resource policy of {owner.arn.split(':function:')[1]} has {size:,} of {MOST:,} bytes in"
        f" {len(statements)} statements: another permission will not fit",
        evidence=(cite(owner, "policy"),),
        fixes=(
            Fix(
                title=f"let one statement with a pattern stand for several of {function.function_name}'s",
                applicability=Applicability.MANUAL,
                note="add the one before the several are removed, or events are dropped in between",
            ),
        ),
        subject=owner.arn,
    )
