"""A function URL answers 403 to those whom it is for: one of its two permissions is missing.

Whoever calls a function URL needs lambda:InvokeFunctionUrl, and lambda:InvokeFunction by way of the URL (lambda:InvokedViaFunctionUrl). Functions
that had a URL before October 2025 did without the second until November 2026. A URL that asks for no signature (AuthType NONE) needs both for
everybody; made by API, CLI or template it gets neither by itself. The answer is "Forbidden" with the header x-amzn-ErrorType: a 403 without it is
the code's own. A request without a signature to a URL that asks for one (AWS_IAM) gets the same answer, and no policy helps there. Callers of the
same account may have what they need from their own policies.

Covers: furl-403-iam, furl-403-none
Fix: the missing permission, for invoking by the URL alone. Whether everybody may call the URL at all is for you to say.
See: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Problem,
    Severity,
    UrlAccess,
    UrlUse,
    arns,
    cite,
    permissions,
    rule,
)


@rule(Severity.HIGH)
def url_not_permitted(function: Function, urls: UrlAccess) -> Iterator[Problem]:
    for url in urls.those:
        if url.may_call is not None and url.may_call.result == "denied":
            fix = Fix(
                title="let everybody call the URL and invoke by it, or ask for signatures (AuthType AWS_IAM)",
                applicability=Applicability.MANUAL,
                risk="anybody on the internet can run the function then",
            )
            yield _problem(url, "nobody may call it without a signature, and it asks for none", fix)
        elif url.may_invoke is not None and url.may_invoke.result == "denied":
            yield _problem(url, "everybody may call it, and nobody may invoke the function by it", _second(url, "*"))
        for principal in url.halfway:
            own = arns.account(function.arn) in principal
            yield _problem(
                url,
                f"{principal} may call it, and no statement lets it invoke the function by it",
                _second(url, principal),
                Confidence.POSSIBLE if own else Confidence.CERTAIN,
            )
    urls.require_all()


def _second(url: UrlUse, principal: str) -> Fix:
    return Fix(
        title=f"let {'everybody' if principal == '*' else principal} invoke by the URL",
        steps=(permissions.let_invoke_by_url(url.owner, principal),),
        note="this is the second of the two permissions; it holds for calls by the URL alone",
    )


def _problem(url: UrlUse, why: str, fix: Fix, confidence: Confidence = Confidence.CERTAIN) -> Problem:
    return Problem(
        message=f"its URL answers 403: {why}",
        evidence=(cite(url.owner, "function_url_config.auth_type"), cite(url.owner, "policy")),
        fixes=(fix,),
        confidence=confidence,
        subject=url.owner.arn,
    )
