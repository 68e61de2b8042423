"""A function that runs out of time without a word may have crashed while its code was loaded.

When native code crashes (signal 11 or 6) while a module is imported, Lambda waits for the whole timeout and reports nothing but that. It looks like a hang: no
line of the code, the full duration, each time in a new environment. A call that gets no answer at module level looks the same, so that only a local run
tells: there the process ends by a signal at once. This is said only where the package brings compiled code, and is never more than possible.

Covers: timeout-segfault-in-init
Fix: build the compiled code for the function's runtime and architecture; `faulthandler.enable()` at the top of the module shows the stack.
Proof: the failing invocation is run locally; the process must end by a signal.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-execution.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Contents,
    Evidence,
    Fix,
    Function,
    Invocation,
    Invocations,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    cite_log,
    rule,
    times,
)

AT_LIMIT = 0.99


@rule(Severity.MEDIUM)
def crash_while_loading(function: Function, invocations: Invocations, contents: Contents) -> Iterator[Problem]:
    met = [one for one in invocations.timed_out if _is_silent(function, one)]
    if not met or invocations.succeeded or len(met) < len(invocations.timed_out):
        return
    natives = contents.package.natives if contents.package else ()
    if not natives:
        return
    last = met[-1]
    yield Problem(
        message=f"it ran out of time without a word, {times(met)} and always, and brings compiled code: it may crash while that is loaded",
        evidence=(
            cite_log(function, "Duration", f"{last.duration:.0f} ms, Status: timeout", last.at),
            Evidence(
                resource=function.arn,
                field=f"Package.natives[{natives[0].path}].path",
                value=natives[0].path,
                source="lambda:GetFunction",
            ),
        ),
        fixes=(
            Fix(
                title="run it locally; if it crashes there, build the compiled code for its runtime",
                applicability=Applicability.MANUAL,
            ),
        ),
        confidence=Confidence.POSSIBLE,
        explains=(Symptom(kind=SymptomKind.TIMED_OUT),),
        expects="exited",
    )


def _is_silent(function: Function, one: Invocation) -> bool:
    """Whether an invocation took its whole timeout and its code wrote nothing, before START or after."""
    whole = (one.duration or 0.0) >= AT_LIMIT * function.timeout * 1000
    return (
        whole and not any(init.status == "timeout" for init in one.inits) and all(line.platform for line in one.lines)
    )
