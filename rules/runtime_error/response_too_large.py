"""The handler's answer is larger than Lambda hands on.

A buffered answer may have 6 MB and 100 bytes. The handler ran to its end, and the caller gets an error instead of its work. What stands
in front of the function may allow less: an Application Load Balancer 1 MB; API Gateway's 10 MB do not help here.

Covers: response-too-large
Fix: put the data into S3 and return a link, return it in pages, or stream the answer.
Proof: the failing invocation is run locally, where the answer's bytes are counted.
See: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import re
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
    shown,
    times,
)

LIMIT = 6 * 1024 * 1024 + 100
"""Bytes of a buffered answer."""
SIZE = re.compile(r"payload size \((?P<bytes>\d+) bytes\)")
ELSEWHERE = Fix(
    title="return less",
    applicability=Applicability.MANUAL,
    note="write the data to S3 and return a presigned URL, return pages, or stream it (a function URL with InvokeMode RESPONSE_STREAM)",
)


@rule(Severity.HIGH)
def response_too_large(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.of_type("Function.ResponseSizeTooLarge")
    if not met:
        return
    last = met[-1]
    size = SIZE.search(last.error_message)
    had = f"{int(size['bytes']):,} bytes" if size else "more"
    yield Problem(
        message=f"the answer had {had}, where Lambda hands on {LIMIT:,}, {times(met)}",
        evidence=(cite_log(function, "errorType", last.error_type, last.at),),
        fixes=(ELSEWHERE,),
        explains=shown(met),
        expects="handler_failed",
    )
