"""The SDK waits for an answer longer than the function may run, so that nobody is told what did not answer.

botocore waits 60 s for a connection and 60 s for an answer, where nothing else is said, and tries again. A function with a shorter timeout is stopped first:
its log ends in a time-out, and never names the service that hung. A shorter wait brings the real error into the log. It mends nothing by itself:
what hangs is for other rules to say, and a longer timeout of the function only changes the words.

Covers: timeout-sdk-retries-longer-than-function
Fix: `Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})`, or the variable `AWS_DEFAULTS_MODE=in-region`.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Contents,
    Evidence,
    Fix,
    Function,
    Problem,
    Severity,
    Waiting,
    cite,
    cite_log,
    rule,
    times,
)

PATIENCE = 60.0
"""botocore's, in seconds, for a connection and for an answer."""
MODE = "AWS_DEFAULTS_MODE"


@rule(Severity.LOW, advice=True)
def sdk_outwaits_function(function: Function, waiting: Waiting, contents: Contents) -> Iterator[Problem]:
    if not waiting.hung or waiting.unconnected or not (function.runtime or "").startswith("python"):
        return
    if MODE in function.environment.variables:
        return
    clients = contents.package.source.clients if contents.package else ()
    for one in clients:
        wait = PATIENCE if one.connect_timeout is None else one.connect_timeout
        if wait >= function.timeout:
            last = waiting.hung[-1]
            yield Problem(
                message=f"its client of {one.service} ({one.path} line {one.line}) waits {wait:g} s for a connection, and the function is stopped after {function.timeout} s: what hung was never told, {times(waiting.hung)}",
                evidence=(
                    cite(function, "timeout"),
                    cite_log(function, "Status", last.status, last.at),
                    Evidence(
                        resource=function.arn,
                        field=f"Package.source.clients[{one.path}].service",
                        value=one.service,
                        source="lambda:GetFunction",
                    ),
                ),
                fixes=(
                    Fix(
                        title="let the client give up before the function is stopped",
                        applicability=Applicability.MANUAL,
                        note='boto3.client(..., config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2}))',
                    ),
                ),
                confidence=Confidence.POSSIBLE,
            )
            return
