"""How a rule crashed, in one line: the error without secrets, and the place in the rule's file."""

from pathlib import Path
from traceback import walk_tb

from doctor.engine.rule import Rule
from doctor.model.redaction import redact_text

_LONGEST = 300
"""Characters of an error's message that are told: it may be as long as what it complains of."""


def told(error: BaseException, rule: Rule | None = None) -> str:
    """Kind, message and place: ``KeyError: 'Timeout' (timeout/slow.py:12)``; without a rule, a fact's that it asked for."""
    text = " ".join(redact_text(_message(error)).split())
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
    kind = type(error).__name__
    return f"{f'{kind}: {text}' if text else kind} ({_place(error, rule)})"


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 -- an exception of anybody's may be broken itself
        return "its message cannot be read"


def _place(error: BaseException, rule: Rule | None) -> str:
    """The innermost line of the rule's own file, without the folders that differ from machine to machine."""
    lines = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    own = lines if rule is None else [one for one in lines if one[0] == rule.check.__code__.co_filename]
    file, line = (own or lines)[-1]
    return f"{'/'.join(Path(file).parts[-2:])}:{line}"
