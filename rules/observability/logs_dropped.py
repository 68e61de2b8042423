"""Lambda dropped lines of the function's log.

Above about 2 MB a second, or when CloudWatch takes no more, Lambda drops lines and writes down how many (`platform.logsDropped`). What is missing may be the very
line that tells of a failure. That there is no such record proves nothing: text logs do not have it.

Covers: obs-logs-dropped
Fix: write less: a higher log level, and no whole events or answers.
See: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite_log,
    rule,
    times,
)

MARK = '"platform.logsDropped"'


@rule(Severity.MEDIUM)
def logs_dropped(function: Function, invocations: Invocations) -> Iterator[Problem]:
    told = [line for _, line in invocations.telling(MARK)]
    if told:
        yield Problem(
            message=f"lines of its log were dropped, {times(told)}: what the log does not say may have been said",
            evidence=(cite_log(function, "platform.logsDropped", told[-1].message.strip(), told[-1].at),),
            fixes=(Fix(title="write less: a higher log level, no whole events", applicability=Applicability.MANUAL),),
        )
