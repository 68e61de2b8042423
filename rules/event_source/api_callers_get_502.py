"""Callers of an API get 502 because the function failed.

Where a function fails, API Gateway answers `Internal server error` for it, and tells no more. It is a consequence: why the function fails is told by its log, and by
the rules for it. A function that succeeds and answers in another form, or too late, is another matter.

Covers: apigw-function-error-502
Fix: mend what the function fails on.
See: https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocations,
    Problem,
    Routes,
    Severity,
    cite,
    cite_log,
    rule,
    times,
)

PROXY = "AWS_PROXY"


@rule(Severity.LOW)
def api_callers_get_502(function: Function, invocations: Invocations, routes: Routes) -> Iterator[Problem]:
    failed = invocations.unmended(invocations.failed)
    if not failed:
        return
    last = failed[-1]
    apis = {api.arn: api for api, one in routes.those if one.integration_type == PROXY}
    for arn, api in sorted(apis.items()):
        ways = ", ".join(sorted({one.route for other, one in routes.those if other.arn == arn}))
        yield Problem(
            message=f"callers of API {api.name or api.api_id} ({ways}) get an error of the gateway's where the function fails, {times(failed)} since it last went through",
            evidence=(
                cite(api, "integrations"),
                cite_log(function, "Status", last.error_type or last.status, last.at),
            ),
            fixes=(Fix(title="mend what the function fails on: see its log", applicability=Applicability.MANUAL),),
            confidence=Confidence.LIKELY,
        )
