"""Something has the function for its target, and the function's policy does not let it in.

EventBridge, SNS, S3, API Gateway and load balancers invoke a function with no role of yours: the function's own resource policy must allow the service
to do it, for this rule, topic, bucket, API or target group. Without that every event is dropped, and an API answers 500. The function's log stays empty,
for it never runs, and invoking it by hand works. A version and an alias each have a policy of their own: a permission on the function does
not hold for its alias. An API that was made anew, or a rule with a new name, has another ARN than the permission says. Queues and streams
are read by a poller with the function's role, and need no permission here.

Covers: ad-trigger-resource-policy-missing, ad-trigger-qualifier-mismatch, ad-trigger-sourcearn-mismatch
Fix: a permission for this source alone, on the very version or alias that it invokes. Safe: nothing that was let in before is kept out.
See: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Alias,
    Decision,
    Fix,
    Function,
    InvokePolicy,
    Problem,
    Push,
    PushTriggers,
    Severity,
    cite,
    permissions,
    rule,
    statement,
)


@rule(Severity.HIGH)
def trigger_not_permitted(function: Function, triggers: PushTriggers, invoke_policy: InvokePolicy) -> Iterator[Problem]:
    refused = list(_refused(triggers, invoke_policy))
    if refused:
        names = dict.fromkeys(push.what for push, _, _ in refused)
        steps = (permissions.let_invoke(owner, push.principal, push.permit, push.account) for push, owner, _ in refused)
        cited = (one for push, owner, _ in refused for one in (cite(push.source, push.field), cite(owner, "policy")))
        yield Problem(
            message="; ".join(_message(invoke_policy, *one) for one in refused),
            evidence=tuple({(one.resource, one.field): one for one in cited}.values()),
            fixes=(
                Fix(
                    title=f"let {' and '.join(names)} invoke it",
                    steps=tuple({step.call.parameters["StatementId"]: step for step in steps}.values()),
                    note=f"{function.function_name} will then run at every event of it",
                ),
            ),
        )
    triggers.require_all()


def _refused(triggers: PushTriggers, invoke_policy: InvokePolicy) -> Iterator[tuple[Push, Function | Alias, Decision]]:
    """What is kept out, each with what it would invoke."""
    for push in triggers.those:
        owner = invoke_policy.owner(push.target)
        if owner is not None:
            asked = [(push.principal, request, push.account, owner.arn) for request in push.requests]
            if all(invoke_policy.keeps_out(*one) for one in asked):
                yield push, owner, invoke_policy.may_invoke(*asked[0])


def _decision(invoke_policy: InvokePolicy, push: Push, request: str, owner: Function | Alias) -> Decision:
    return invoke_policy.may_invoke(push.principal, request, push.account, owner.arn)


def _message(invoke_policy: InvokePolicy, push: Push, owner: Function | Alias, decision: Decision) -> str:
    why = _why(invoke_policy, push, owner, decision)
    return f"{push.what} may not invoke {_name(owner)}, which is its target{why}"


def _why(invoke_policy: InvokePolicy, push: Push, owner: Function | Alias, decision: Decision) -> str:
    """What is nearly right: a Deny, a permission elsewhere, or one for another source."""
    if decision.explicit:
        return f": {statement(decision.denies[0].statement)} denies it"
    for other in (*invoke_policy.owners, *invoke_policy.others):
        if other.arn != owner.arn and _decision(invoke_policy, push, push.requests[0], other).result == "allowed":
            return f": it may invoke {_name(other)}, which has a policy of its own"
    near = decision.near_misses
    return f": {statement(near[0].statement)} nearly lets it: {near[0].hint}" if near else ""


def _name(owner: Function | Alias) -> str:
    return owner.arn.split(":function:")[1]
