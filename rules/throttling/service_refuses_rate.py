"""A service that the function calls refuses it for its rate.

DynamoDB, KMS, S3 and every other service have rates of their own. Many environments at once ask more than a table, key or prefix allows; the SDK tries again
and gives up. So does Lambda's own API, which takes 15 requests a second for all operations but `Invoke` together. The function's `Throttles` stay 0.

Covers: thr-downstream, thr-caller-rate
Fix: fewer at once (reserved concurrency, a smaller batch), adaptive retries, or more capacity of that service.
See: https://docs.aws.amazon.com/boto3/latest/guide/retries.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    TELLING,
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    failed_by_words,
    found_in,
    rule,
)

WORDS, KEYS = TELLING["throttled"], TELLING["key throttled"]
WAY_OUT = Fix(
    title="ask less often, or raise what the service allows",
    applicability=Applicability.MANUAL,
    note='Config(retries={"mode": "adaptive"}), batches of requests, reserved concurrency; or capacity of the table, key or API',
)


@rule(Severity.HIGH)
def service_refuses_rate(function: Function, invocations: Invocations) -> Iterator[Problem]:
    of_keys = invocations.matching(KEYS.words, *KEYS.marks)
    met = [one for one in invocations.matching(WORDS.words, *WORDS.marks) if one not in of_keys]
    if met:
        found = found_in(met[-1], WORDS.words)
        yield failed_by_words(
            function,
            met,
            found,
            f"{found['operation']} was refused for its rate ({found['code']})",
            WAY_OUT,
            expects="handler_failed",
        )
