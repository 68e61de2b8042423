"""Whether two texts tell of the same failure: the one that was logged, and the one of a local run."""

import re

from doctor.model.lazy import pattern

_OF_THE_SERVICE = pattern(r"An error occurred \((\w+)\) when calling the (\w+) operation")
_PASSING = pattern(r"0x[0-9a-f]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9a-f]{8,}\b|/tmp/\S+|\d+", re.IGNORECASE)
"""What differs between two runs of one failure: numbers, ids, addresses, temporary files."""
_HIDDEN = pattern(r"<redacted[^>]*>")
_EXIT = pattern(r"(exit status \d+|signal: [a-z ]+|without providing a reason)")


def same_words(theirs: str, ours: str) -> bool:
    """Whether two messages of one class of error are about the same thing, by their first lines.

    What differs between two runs, or was redacted, is not compared; neither is anything when one is empty, or the texts
    in which a service tells the same error of the same operation.
    """
    if not theirs or not ours:
        return True
    called = _OF_THE_SERVICE.search(theirs), _OF_THE_SERVICE.search(ours)
    if called[0] and called[1]:
        return called[0].groups() == called[1].groups()
    first, second = _lasting(theirs), _lasting(ours)
    return _may_be(first, second) or _may_be(second, first)


def _lasting(message: str) -> str:
    return _PASSING.sub("*", message.strip().splitlines()[0].strip() if message.strip() else "")


def _may_be(text: str, other: str) -> bool:
    """Whether a text is another one, whatever is behind what was redacted in it."""
    return re.fullmatch(".*".join(map(re.escape, _HIDDEN.split(text))), other) is not None


def same_end(theirs: str, ours: str) -> bool:
    """Whether two texts tell of the same end of a process; a text that tells no end is compared with nothing."""
    ends = _EXIT.search(theirs), _EXIT.search(ours)
    return ends[0] is None or ends[1] is None or ends[0].group().strip() == ends[1].group().strip()
