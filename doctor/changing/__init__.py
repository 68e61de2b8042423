"""The second half of the straight line: prove a plan, send it, see what came of it, take it back."""

from doctor.changing.prove import fix, knowing_applier, rehearse
from doctor.changing.send import apply, event_for, invoke, undo, undoable, verify

__all__ = ["apply", "event_for", "fix", "invoke", "knowing_applier", "rehearse", "undo", "undoable", "verify"]
