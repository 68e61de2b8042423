"""The function's /tmp is full.

`/tmp` holds `EphemeralStorage` megabytes and is kept as long as the environment lives, after a time-out too. When only environments
fail that have worked before, the handler leaves files behind; when the first invocation of a new one fails, the space is too small for
a single event.

Covers: tmp-full-enospc
Fix: give it more storage, or delete what was written before the handler returns.
Proof: the failing invocation is run locally with the old size of /tmp, then with the new one.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    RESOURCE_ERRORS,
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocations,
    NotThis,
    Problem,
    Severity,
    cite_log,
    cite_told,
    more_storage,
    rule,
    shown,
    times,
    told,
)

DEFAULT = 512
"""MB: so much is there when nobody asks for more."""
TIDY = Fix(
    title="delete temporary files before the handler returns",
    applicability=Applicability.MANUAL,
    note="use names of their own for each event (tempfile), and remove them in a finally block: /tmp outlives the invocation",
)

ASK_FOR_MORE = Fix(
    title="give it a larger EphemeralStorage",
    applicability=Applicability.MANUAL,
    note="512 MB is the default, 10240 MB the most; how much it has now was not seen",
)


@rule(Severity.HIGH)
def tmp_full(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    size = told(lambda: function.ephemeral_storage.size, None)
    for seen in shown(one for one in invocations.failed if RESOURCE_ERRORS["EROFS"].search(one.error_message)):
        yield NotThis(symptom=seen, why="the place is read-only, not full")
    met = [one for one in invocations.failed if RESOURCE_ERRORS["ENOSPC"].search(one.error_message)]
    if met and size not in (None, DEFAULT):  # what failed before the last change may have had less
        met = list(invocations.since_change(met))
    if not met:
        return
    fresh = [one for one in met if invocations.is_first(one)]
    used = [one for one in met if invocations.before(one)]
    how = (
        ": in new environments too, so one event needs more"
        if fresh
        else ": only in used environments, so files are left behind"
    )
    last = (fresh or met)[-1]
    larger = more_storage(function) if size else (ASK_FOR_MORE,)
    yield Problem(
        message=f"{f'the {size} MB of /tmp were' if size else 'its /tmp was'} full, {times(met)}{how if fresh or len(used) == len(met) else ''}",
        evidence=(
            *cite_told(function, "ephemeral_storage.size"),
            cite_log(function, "errorMessage", last.error_message, last.at),
        ),
        fixes=(*larger, TIDY) if fresh else (TIDY, *larger),
        confidence=Confidence.CERTAIN if fresh else Confidence.LIKELY,
        explains=shown(met),
        expects="handler_failed" if fresh else "",
    )
