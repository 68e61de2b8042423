"""The function runs code of another account's layer.

A layer's code runs with the function's role. Its owner can delete a version, or stop sharing it: functions that have it go on running, and cannot be
updated any more. A version's code never changes. Layers that AWS publishes are left out.

Covers: sec-cross-account-layer
Fix: a copy of the layer in your own account.
See: https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, arns, cite, rule

AWS = frozenset(
    (
        "017000801446",  # Powertools
        "580247275435",  # Lambda Insights
        "753240598075",  # Web Adapter
        "901920570463",  # OpenTelemetry
        "336392948345",  # SDK for pandas
        "177933569100",  # Parameters and Secrets
    )
)
"""Accounts whose layers AWS's own guides name. Some of theirs differ by region, and are told about."""


@rule(Severity.INFO, advice=True)
def layer_of_another_account(function: Function) -> Iterator[Problem]:
    own = {arns.account(function.arn), *AWS}
    foreign = [one.arn for one in function.layers if arns.account(one.arn) not in own]
    if foreign:
        yield Problem(
            message=f"it runs {', '.join(foreign)}, which {'are' if len(foreign) > 1 else 'is'} another account's",
            evidence=(cite(function, "layers"),),
            fixes=(Fix(title="publish a copy in your own account, and use that", applicability=Applicability.MANUAL),),
        )
