"""An alias sends a part of its traffic to a second version.

That is how a release is tried on a few callers first. Left over from a release that nobody finished, it makes a function behave in two ways: fixes seem not to
work, and failures come and go. Which version ran stands in every invocation's START line.

Covers: cfg-alias-weights
Fix: end the release: all traffic to the version that is meant.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Problem,
    Severity,
    Traffic,
    cite,
    rule,
)


@rule(Severity.LOW, advice=True)
def alias_splits_traffic(function: Function, traffic: Traffic) -> Iterator[Problem]:
    for alias in traffic.leading_here:
        weights = alias.routing_config.additional_version_weights
        share = weights.get(function.version)
        if share:
            yield Problem(
                message=f"alias {alias.name} sends {share:.0%} of its traffic to version {function.version} and the rest to {alias.function_version}",
                evidence=(cite(alias, "routing_config"), cite(alias, "function_version")),
                fixes=(
                    Fix(
                        title="end the release: all traffic to one version",
                        applicability=Applicability.MANUAL,
                        note="aws lambda update-alias --routing-config AdditionalVersionWeights={}",
                    ),
                ),
                confidence=Confidence.POSSIBLE,
                subject=alias.arn,
            )
