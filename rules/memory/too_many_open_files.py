"""The function has as many files and connections open as a process may have.

Lambda gives an environment 1,024 file descriptors; sockets count too. They are kept open from one invocation to the next by what is
never closed: SDK and database clients made anew for each event, files without `with`. A new environment starts with none.

Covers: fd-exhausted-emfile
Fix: make clients once, at module level, and close what is opened for an event. The limit itself cannot be raised.
See: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    RESOURCE_ERRORS,
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

DESCRIPTORS = 1024
"""See https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""
REUSE = Fix(
    title="open clients once, close files always",
    applicability=Applicability.MANUAL,
    note="make SDK, HTTP and database clients at module level; open files with a context manager; bound connection pools",
)


@rule(Severity.HIGH)
def too_many_open_files(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = [one for one in invocations.failed if RESOURCE_ERRORS["EMFILE"].search(one.error_message)]
    if not met:
        return
    last = met[-1]
    earlier = len(invocations.before(last))
    fresh = invocations.is_first(last)
    how = (
        f" after {earlier} earlier invocations of its environment"
        if earlier
        else " in a new environment"
        if fresh
        else ""
    )
    yield Problem(
        message=f"all {DESCRIPTORS} file descriptors were in use{how}, {times(met)}",
        evidence=(cite_log(function, "errorMessage", last.error_message, last.at),),
        fixes=(REUSE,),
        explains=shown(met),
        expects="handler_failed" if fresh else "",
    )
