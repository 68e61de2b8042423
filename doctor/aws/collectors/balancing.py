"""Elastic Load Balancing: the target groups that invoke functions, and the listeners that lead to them."""

from typing import Any

import msgspec

from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.backends import LoadBalancer
from doctor.model.balancing import Listener, TargetGroup
from doctor.model.function import Alias, Function
from doctor.model.redaction import redact

OPERATIONS = ("DescribeTargetHealth", "DescribeLoadBalancers", "DescribeListeners", "DescribeRules")
"""What is asked for after the target groups, where one invokes a function."""
_PRINCIPAL = "elasticloadbalancing"


def target_groups(draft: Draft) -> None:
    """The target groups of type ``lambda``; of functions named none are looked for that no policy lets in."""
    owners: list[Function | Alias] = [*draft.all(Function), *draft.all(Alias)]
    if draft.scope.functions and _PRINCIPAL not in str([owner.policy for owner in owners]):
        return
    balancers: set[str] = set()
    for raw in draft.listed("elbv2", "DescribeTargetGroups", "TargetGroups"):
        if raw.get("TargetType") == "lambda":
            balancers |= _target_group(draft, raw)
    if balancers:
        _balancers(draft, sorted(balancers))


def _target_group(draft: Draft, raw: dict[str, Any]) -> set[str]:
    """Add a target group, unless it invokes functions that nobody asked for; returns its load balancers."""
    arn = raw["TargetGroupArn"]
    answer = draft.read("elbv2", "DescribeTargetHealth", about=arn, TargetGroupArn=arn)
    targets = None if answer is None else answer["TargetHealthDescriptions"]
    names = {arns.name(one["Target"]["Id"]) for one in targets or ()}
    if draft.scope.functions and targets is not None and not names & set(draft.scope.functions):
        return set()
    told = raw if targets is None else {**raw, "TargetHealthDescriptions": targets}
    draft.add_all(TargetGroup, [told], "elbv2:DescribeTargetGroups")
    return set(raw.get("LoadBalancerArns", ()))


def _balancers(draft: Draft, balancers: list[str]) -> None:
    raws = draft.listed("elbv2", "DescribeLoadBalancers", "LoadBalancers", LoadBalancerArns=balancers)
    draft.add_all(LoadBalancer, raws, "elbv2:DescribeLoadBalancers")
    for balancer in balancers:
        for raw in draft.listed("elbv2", "DescribeListeners", "Listeners", about=balancer, LoadBalancerArn=balancer):
            arn = raw["ListenerArn"]
            answer = draft.read("elbv2", "DescribeRules", about=arn, ListenerArn=arn)
            rules = {} if answer is None else {"Rules": [_rule(draft, one) for one in answer["Rules"]]}
            kept = {key: raw[key] for key in ("ListenerArn", "LoadBalancerArn", "Port", "Protocol") if key in raw}
            actions = {"DefaultActions": [_action(one) for one in raw.get("DefaultActions", ())]}
            draft.add_all(Listener, [{**kept, **actions, **rules}], "elbv2:DescribeListeners")


def _action(raw: dict[str, Any]) -> dict[str, Any]:
    """Where an action leads: not how it authenticates, nor what it answers."""
    return {key: raw[key] for key in ("Type", "TargetGroupArn", "ForwardConfig", "Order") if key in raw}


def _rule(draft: Draft, raw: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: raw[key] for key in ("RuleArn", "Priority", "IsDefault") if key in raw}
    conditions = [_condition(draft, one) for one in raw.get("Conditions", ())]
    return {**kept, "Conditions": conditions, "Actions": [_action(one) for one in raw.get("Actions", ())]}


_OPEN = ("host-header", "path-pattern", "http-request-method", "source-ip")
"""Conditions whose values are nobody's secret; a header's may be what a CDN proves itself with."""


def _condition(draft: Draft, raw: dict[str, Any]) -> dict[str, Any]:
    values = raw.get("Values") or next(
        (one["Values"] for one in raw.values() if isinstance(one, dict) and "Values" in one), ()
    )
    field = raw.get("Field", "")
    if field in _OPEN:
        return {"Field": field, "Values": list(values)}
    texts = (one if isinstance(one, str) else "=".join(map(str, one.values())) for one in values)
    return {"Field": field, "Values": [_told(draft, one) for one in texts]}


def _told(draft: Draft, text: str) -> Any:
    found = redact(text, draft.key)
    return found if isinstance(found, str) else msgspec.to_builtins(found)
