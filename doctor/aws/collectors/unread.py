"""What a diagnosis may want to know and doctor does not read: a gap each, where there is something that it would be about."""

import re
from collections.abc import Iterator
from typing import Any

from doctor.aws.collectors import alarms, images
from doctor.aws.draft import Draft
from doctor.model.call import Gap, Reason
from doctor.model.function import Alias, Function
from doctor.model.interfaces import HostedZone


def gaps(draft: Draft) -> Iterator[Gap]:
    """The gaps, in the order of the calls that would close them."""
    functions = draft.all(Function)
    if draft.scope.functions and functions:
        why = "asked only when no function is named: alarms are listed for the whole region"
        yield _gap(draft, "not_asked", "cloudwatch:DescribeAlarms", alarms.everywhere(draft), why)
    for arn in sorted(images.repositories(functions)):
        why = "an image's architecture stands in its configuration, which is not fetched"
        yield _gap(draft, "unsupported", "ecr:BatchGetImage", f"{arn}/*", why)
    for zone in draft.all(HostedZone):
        why = "of a private zone only its name and its VPC are read"
        yield _gap(draft, "not_asked", "route53:ListResourceRecordSets", f"{zone.arn}/*", why)
    if any(one.vpc_config.subnet_ids for one in functions):
        everywhere = f"arn:aws:servicequotas:{draft.aws.region}:{draft.aws.account}:*"
        why = "of quotas only those are read that GetAccountSettings tells"
        yield _gap(draft, "not_asked", "service-quotas:ListServiceQuotas", everywhere, why)

    owners: list[Function | Alias] = [*functions, *draft.all(Alias)]
    for one in owners:
        for principal in sorted(_let_in(one.policy)):
            why = f"its policy lets {principal} in, of which what invokes it is not read"
            yield _gap(draft, "unsupported", INVOKERS[principal], one.arn, why)


INVOKERS = {
    "cognito-idp.amazonaws.com": "cognito-idp:DescribeUserPool",
    "config.amazonaws.com": "config:DescribeConfigRules",
    "iot.amazonaws.com": "iot:ListTopicRules",
    "logs.amazonaws.com": "logs:DescribeSubscriptionFilters",
    "ses.amazonaws.com": "ses:DescribeActiveReceiptRuleSet",
}
"""Services that invoke functions by their policy alone, and the call that would tell of it, which doctor does not make."""
_REGIONAL = re.compile(r"^logs\.[\w-]+\.amazonaws\.com$")


def _let_in(policy: Any) -> set[str]:
    """Those of the services that a function's policy names."""
    statements = policy.get("Statement", ()) if isinstance(policy, dict) else ()
    found: set[str] = set()
    for one in statements if isinstance(statements, list) else [statements]:
        named = one.get("Principal") if isinstance(one, dict) else None
        names = named.get("Service", ()) if isinstance(named, dict) else ()
        for name in [names] if isinstance(names, str) else names:
            found.add("logs.amazonaws.com" if _REGIONAL.match(str(name)) else str(name))
    return found & INVOKERS.keys()


def _gap(draft: Draft, reason: Reason, name: str, about: str, why: str) -> Gap:
    service, _, operation = name.partition(":")
    return Gap(reason=reason, call=draft.to(service, operation), resource=about, error=why)
