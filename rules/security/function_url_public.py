"""Anybody on the internet can invoke the function by its URL.

A function URL with `AuthType` `NONE` checks no signature, and the resource policy lets everybody in. That can be what is wanted: then the code must check its
callers itself, and its concurrency should be limited. A policy that lets nobody in makes such a URL answer 403.

Covers: sec-public-function-url
Fix: `AuthType` `AWS_IAM`, where callers can sign their requests.
See: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, Urls, cite, rule


@rule(Severity.MEDIUM)
def function_url_public(function: Function, urls: Urls) -> Iterator[Problem]:
    for owner in urls.open_to_all:
        config = owner.function_url_config
        if config is not None and config.auth_type == "NONE":
            yield Problem(
                message=f"anybody can invoke {function.function_name} by its URL: AuthType is NONE, and the policy lets everybody in",
                evidence=(cite(owner, "function_url_config.auth_type"), cite(owner, "policy")),
                fixes=(
                    Fix(
                        title="let the URL ask for signed requests: AuthType AWS_IAM",
                        applicability=Applicability.MANUAL,
                        risk="callers that do not sign are refused",
                    ),
                ),
                subject=owner.arn,
            )
