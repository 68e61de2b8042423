"""KMS refused requests for a key, because the account sends more than it may in a second.

Each read or write of what is encrypted with a customer's key asks KMS, and so does each new environment whose variables are encrypted.
All of an account's requests in a region share one quota. A burst of cold starts, or a service that asks for each object or message,
uses it up. A service that refuses its own requests is another matter, and so is a key that the role may not use.

Covers: thr-kms
Fix: ask less: S3 Bucket Keys, SQS's data key reuse period, a cache of data keys; or raise the quota of requests.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/kms/latest/developerguide/throttling.html
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

WORDS = TELLING["key throttled"]
WAY_OUT = Fix(
    title="ask KMS less often, or raise its quota of requests",
    applicability=Applicability.MANUAL,
    note="S3 Bucket Keys, KmsDataKeyReusePeriodSeconds of queues, a cache of data keys; Service Quotas: cryptographic operations request rate",
)


@rule(Severity.HIGH)
def key_requests_throttled(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if met:
        yield failed_by_words(
            function,
            met,
            found_in(met[-1], WORDS.words),
            "KMS refused a request for a key for the account's rate of requests",
            WAY_OUT,
        )
