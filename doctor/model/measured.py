"""What is learnt by running a function again and again on this machine."""

from typing import Literal

from doctor.model.record import Record

Weighing = Literal["confirmed", "refuted", "open", "untested"]


class Minimized(Record):
    """An event that was shrunk to the smallest that still fails in the same way. Sizes in bytes."""

    before: int
    after: int
    runs: int
    finished: bool
    """Whether nothing smaller is left to try; otherwise the runs that were allowed were used up."""
    same: str
    """What all of them had in common: ``failed with KeyError at app.py:12``."""
    saved: str = ""
    """Where it lies, in clear."""


class Weighed(Record):
    """What a run says of one finding's expectation, and where the finding stands before and after it."""

    fingerprint: str
    rule: str
    message: str
    verdict: Weighing
    """``open``: the run could not tell; ``untested``: the rule says nothing that a run would show."""
    why: str
    before: int
    """Its place among the function's findings, from 1."""
    after: int
