"""API Gateway gives up before the function is done, and answers its caller with 504.

An integration waits 29 seconds unless it says less (or more, for Regional REST APIs), and HTTP APIs 30. A function that takes longer succeeds all the
same: its log and its metrics are fine, and only callers see `Endpoint request timed out`. An invocation that was stopped at the function's own timeout is
another matter.

Covers: timeout-apigw-29s
Fix: answer at once and work on asynchronously; a longer integration timeout helps where the caller can wait.
See: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
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

WAITS = {"REST": 29_000, "HTTP": 30_000, "WEBSOCKET": 29_000}
"""Milliseconds, where the integration does not say."""
ASYNCHRONOUS = "AWS"
"""An integration type that may invoke without waiting."""


@rule(Severity.HIGH)
def slower_than_api_gateway(function: Function, invocations: Invocations, routes: Routes) -> Iterator[Problem]:
    waits = {
        f"{integration.route} of API {api.name or api.api_id}": (
            integration.timeout_in_millis or WAITS[api.protocol_type],
            api,
        )
        for api, integration in routes.those
        if integration.integration_type != ASYNCHRONOUS
    }
    for route, (patience, api) in sorted(waits.items()):
        late = [one for one in invocations.succeeded if (one.duration or 0.0) > patience]
        if late:
            last = late[-1]
            yield Problem(
                message=f"{route} waits {patience / 1000:g} s, and the function succeeded later than that, {times(late)}",
                evidence=(
                    cite(api, "integrations"),
                    cite_log(function, "Duration", f"{last.duration:.0f} ms", last.at),
                    cite(function, "timeout"),
                ),
                fixes=(
                    Fix(title="answer at once, and do the work asynchronously", applicability=Applicability.MANUAL),
                ),
            )
