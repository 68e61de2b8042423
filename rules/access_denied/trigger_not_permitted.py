"""A rule of EventBridge has the function for a target, and the function's policy does not let it in.

EventBridge invokes a function with no role of yours: the function's own resource policy must allow `events.amazonaws.com` to do it,
for this rule. Without that every event is dropped. The function's log stays empty, for it never runs, and invoking it by hand works.
A version and an alias each have a policy of their own: a permission on the function does not hold for its alias.

Covers: ad-trigger-resource-policy-missing, ad-trigger-qualifier-mismatch, ad-trigger-sourcearn-mismatch
Fix: a permission for this rule alone, on the very version or alias that it invokes. Safe: nothing that was let in before is kept out.
See: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Alias,
    Decision,
    EventRule,
    EventRules,
    Fix,
    Function,
    InvokePolicy,
    Problem,
    Severity,
    cite,
    permissions,
    rule,
    statement,
)

EVENTBRIDGE = "events.amazonaws.com"


@rule(Severity.HIGH)
def trigger_not_permitted(
    function: Function, event_rules: EventRules, invoke_policy: InvokePolicy
) -> Iterator[Problem]:
    refused = list(_refused(event_rules, invoke_policy))
    if refused:
        yield Problem(
            message="; ".join(_message(invoke_policy, *one) for one in refused),
            evidence=tuple(
                evidence
                for source, owner, _ in refused
                for evidence in (cite(source, "targets"), cite(owner, "policy"))
            ),
            fixes=(
                Fix(
                    title=f"let {' and '.join(f'the rule {source.name}' for source, _, _ in refused)} invoke it",
                    steps=tuple(permissions.let_invoke(owner, EVENTBRIDGE, source.arn) for source, owner, _ in refused),
                    note=f"{function.function_name} will then run at every event of the rule",
                ),
            ),
        )


def _refused(
    event_rules: EventRules, invoke_policy: InvokePolicy
) -> Iterator[tuple[EventRule, Function | Alias, Decision]]:
    """The rules that are kept out, each with what it would invoke. One that goes by a role of its own needs no permission."""
    for source in event_rules.those:
        for target in source.targets:
            owner = invoke_policy.owner(target.arn)
            if owner is not None and not target.role_arn and source.state == "ENABLED":
                decision = _decision(invoke_policy, source, owner)
                if decision.result == "denied":
                    yield source, owner, decision


def _decision(invoke_policy: InvokePolicy, source: EventRule, owner: Function | Alias) -> Decision:
    account = source.arn.split(":")[4]
    return invoke_policy.may_invoke(EVENTBRIDGE, source.arn, account, owner.arn)


def _message(invoke_policy: InvokePolicy, source: EventRule, owner: Function | Alias, decision: Decision) -> str:
    why = _why(invoke_policy, source, owner, decision)
    return f"the rule {source.name} may not invoke {_name(owner)}, which is its target{why}"


def _why(invoke_policy: InvokePolicy, source: EventRule, owner: Function | Alias, decision: Decision) -> str:
    """What is nearly right: a Deny, a permission elsewhere, or one for another rule."""
    if decision.explicit:
        return f": {statement(decision.denies[0].statement)} denies it"
    for other in (*invoke_policy.owners, *invoke_policy.others):
        if other.arn != owner.arn and _decision(invoke_policy, source, other).result == "allowed":
            return f": it may invoke {_name(other)}, which has a policy of its own"
    near = decision.near_misses
    return f": {statement(near[0].statement)} nearly lets it: {near[0].hint}" if near else ""


def _name(owner: Function | Alias) -> str:
    return owner.arn.split(":function:")[1]
