"""API Gateway, or a load balancer, cannot make a response of what the handler returns, and answers its caller with 502.

A proxy integration of a REST API hands on an object of `statusCode`, `headers`, `multiValueHeaders`, `body` and `isBase64Encoded`. None of them is
mandatory, but with any other field, with a `body` that is no text, or with something else than an object the caller gets `Internal server error`.
The function succeeds all the same: its log and its metrics are fine. HTTP APIs and function URLs with payload format 2.0 take any JSON. An
Application Load Balancer wants an object too, and is content with any fields. Only what a
Python handler returns literally is looked at; what the code makes while it runs is not known here. A 502 of an invocation that failed is the
function's error, a 500 is a missing permission, and a 504 a function that is slower than API Gateway waits.

Covers: apigw-malformed-response, alb-lambda-502
Fix: return an object of these fields, its `body` written as JSON text.
Proof: the invocation is run locally, and what the handler returns is shown.
See: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Answer,
    Api,
    Applicability,
    Confidence,
    Contents,
    Evidence,
    Fix,
    Function,
    Problem,
    PushTriggers,
    Routes,
    Severity,
    cite,
    rule,
)

PROXY = "AWS_PROXY"
BALANCER = "elasticloadbalancing.amazonaws.com"
IN_FORM = Fix(
    title="return an object with statusCode, and a body that is text",
    applicability=Applicability.MANUAL,
    note='in Python: return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(result)}',
)
WORDS = {
    "list": "a list",
    "text": "text",
    "number": "a number, true or false",
    "nothing": "nothing",
    "object": "an object",
}


@rule(Severity.HIGH)
def proxy_response_malformed(
    function: Function, routes: Routes, triggers: PushTriggers, contents: Contents
) -> Iterator[Problem]:
    proxied = list(_by_api(routes))
    balanced = [push for push in triggers.those if push.principal == BALANCER]
    if not (proxied or balanced or triggers.unseen):
        return
    code = contents.package.handler if contents.package else None
    answers = code.answers if code else ()
    flawed = [one for one in answers if _flaw(one)]
    if flawed:
        sure = Confidence.CERTAIN if len(flawed) == len(answers) else Confidence.LIKELY
        for api, ways in proxied:
            yield _problem(
                function, f"{ways} of API {api.name or api.api_id}", cite(api, "integrations"), flawed[0], sure
            )
    shapeless = [one for one in answers if one.form not in ("object", "unknown")]
    if shapeless:
        sure = Confidence.CERTAIN if len(shapeless) == len(answers) else Confidence.LIKELY
        for push in balanced:
            yield _problem(function, push.what, cite(push.source, push.field), shapeless[0], sure)
        triggers.require_all()


def _problem(function: Function, what: str, told: Evidence, first: Answer, sure: Confidence) -> Problem:
    place = Evidence(
        resource=function.arn,
        field=f"Package.handler.answers[{first.path}].line",
        value=first.line,
        source="lambda:GetFunction",
    )
    return Problem(
        message=f"{what} answers its caller with 502 where {first.path} line {first.line} returns {_flaw(first)}",
        evidence=(told, place),
        fixes=(IN_FORM,),
        confidence=sure,
    )


def _by_api(routes: Routes) -> Iterator[tuple[Api, str]]:
    """Each REST API with its routes by which the function is a proxy."""
    ways: dict[str, list[str]] = {}
    for api, one in routes.those:
        if api.protocol_type == "REST" and one.integration_type == PROXY:
            ways.setdefault(api.arn, []).append(one.route)
    apis = {api.arn: api for api, _ in routes.those}
    yield from ((apis[arn], ", ".join(sorted(those))) for arn, those in sorted(ways.items()))


def _flaw(answer: Answer) -> str:
    """What is wrong with an answer, in words; empty: nothing that can be seen."""
    if answer.form not in ("object", "unknown"):
        return f"{WORDS[answer.form]}, not an object"
    if answer.others:
        return "an object with other fields than those of a response"
    return f"a body that is {WORDS[answer.body]}, not text" if answer.body in ("object", "list", "number") else ""
