"""A function's memory limit on this machine, by what its own REPORT lines say of Lambda.

What a handler itself takes is the same here and there; what lies idle under it is not: the platform's own share, the pages
of shared libraries, the allocator. So the limit here is what is left on Lambda above what lies idle there, above what lies
idle here.
"""

from doctor.model.measured import Calibration, Logged
from doctor.model.record import Record

_MB = 1024 * 1024
_PLATFORMS = 32
"""MB by which idle functions were seen to differ at most. Where the least that a healthy invocation used is further above
what lies idle here, its handler may have taken the rest."""
_NEAR = 0.9
"""Of the limit: where healthy invocations came as near to it, whatever fails for memory fails for a little more."""
NONE_SEEN = "not calibrated: no REPORT lines of healthy invocations were seen"


class Calibrated(Record):
    """A memory limit for this machine, in MB."""

    limit: int | None = None
    """``None``: the function's own."""
    shift: int = 0
    """What Lambda holds beside, which this machine does not: added to what is measured here."""
    here: int | None = None
    words: str

    def of(self, peak: int, memory_size: int) -> int:
        """MB that Lambda would report where this machine measured a peak of so many bytes."""
        measured = -(-peak // _MB)
        return min(measured + self.shift, memory_size) if self.shift else measured


def calibrated(logged: Logged | None, memory_size: int, held: int) -> Calibrated:
    """The limit of a function, once it has initialised.

    It is lowered only for a function of which an invocation was killed for memory in the cloud: what was not seen there
    must not happen here.

    Args:
        logged: What its REPORT lines say; ``None``: none were looked for.
        memory_size: The function's, in MB.
        held: Bytes that its processes hold, idle.
    """
    if logged is None or logged.least is None:
        return Calibrated(words=NONE_SEEN)
    here = -(-held // _MB)
    told = f"idle and a healthy invocation's least together are {logged.least} MB on Lambda, idle is {here} MB here"
    shift = logged.least - here
    near = (logged.most or 0) >= _NEAR * memory_size
    if not logged.full:
        return Calibrated(here=here, words=f"not needed: no invocation was killed for memory; {told}")
    if shift <= 0:
        return Calibrated(here=here, words=f"not needed: {told}")
    if logged.least >= memory_size or (shift > _PLATFORMS and not near):
        return Calibrated(here=here, words=f"not calibrated: too far apart to be the platform's share alone: {told}")
    words = f"{memory_size - shift} of {memory_size} MB: {told}"
    return Calibrated(limit=memory_size - shift, shift=shift, here=here, words=words)


def calibration(
    logged: Logged | None, made: Calibrated, duration: float | None, init: float | None
) -> Calibration | None:
    """What a run tells of it; ``None``: no REPORT lines were looked for.

    Args:
        logged: What the REPORT lines say.
        made: What was made of them.
        duration: Milliseconds of a run that succeeded.
        init: Of its initialisation.
    """
    if logged is None:
        return None
    return Calibration(
        lines=logged.lines,
        memory=made.words,
        limit=made.limit,
        there=logged.least,
        here=made.here,
        duration_factor=_factor(duration, logged.duration),
        init_factor=_factor(init, logged.init),
    )


def _factor(here: float | None, there: float | None) -> float | None:
    return round(here / there, 2) if here is not None and there else None
