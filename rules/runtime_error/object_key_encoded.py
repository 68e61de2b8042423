"""The key of an object is asked for as the event of S3 spells it, and no object is called so.

In S3's events the key is encoded as in a form of the web: a space is `+`, and what is no plain letter is `%` with two digits. Code that asks
for the key as it stands finds the objects with simple names, and none of the others. An object that was deleted, or is not there yet, is
missing under a simple name too.

Covers: s3-key-url-encoded
Fix: decode the key: `urllib.parse.unquote_plus(record["s3"]["object"]["key"])`.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/with-s3-tutorial.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    NO_OBJECT,
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite_log,
    encoded_key,
    failed_by_words,
    found_in,
    rule,
)

MARKS = ("(NoSuchKey)", "(404)")
WAY_OUT = Fix(
    title="decode the key that the event names",
    applicability=Applicability.MANUAL,
    note='in Python: unquote_plus(record["s3"]["object"]["key"]); in Node.js: decodeURIComponent(key.replace(/\\+/g, " "))',
)


@rule(Severity.HIGH)
def object_key_encoded(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = [one for one in invocations.matching(NO_OBJECT, *MARKS) if encoded_key(one)]
    if met:
        last = met[-1]
        yield failed_by_words(
            function,
            met,
            found_in(last, NO_OBJECT),
            f"no object was found; the key in its log is one that an event of S3 has encoded: {encoded_key(last)}",
            WAY_OUT,
            confidence=Confidence.LIKELY,
            more=(cite_log(function, "key in the log", encoded_key(last), last.at),),
        )
