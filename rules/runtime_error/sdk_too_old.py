"""The SDK that the code runs with does not know what the code asks for.

Runtimes bring an SDK of their own, which is older than the newest and changes with the runtime's updates. A parameter or a whole service that came later is
refused by the SDK before anything is sent. A package with an SDK of its own does not depend on the runtime's.

Covers: sdk-version-mismatch
Fix: put the SDK that the code was written for into the package, botocore with boto3.
Proof: the failing invocation is run locally; it must raise the same exception.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    TELLING,
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite_log,
    found_in,
    rule,
    shown,
    times,
)

WORDS = TELLING["old sdk"]
WAY_OUT = Fix(
    title="put boto3 and botocore, as new as the code needs them, into the package",
    applicability=Applicability.MANUAL,
    note="pip install --target . boto3 botocore; a misspelt name shows the same words, so look at it first",
)


@rule(Severity.HIGH)
def sdk_too_old(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if not met:
        return
    last = met[-1]
    found = found_in(last, WORDS.words)
    yield Problem(
        message=f"the SDK does not know what the code asks for ({found[0]}), {times(met)}",
        evidence=(cite_log(function, last.error_type or "log", found[0], last.at),),
        fixes=(WAY_OUT,),
        confidence=Confidence.LIKELY,
        explains=shown(met),
        expects="init_failed" if last.inits else "handler_failed",
    )
