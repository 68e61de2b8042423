"""Names that look like a mistyped one."""

from collections.abc import Iterable

_MOST = 3


def near(name: str, known: Iterable[str]) -> str:
    """The end of a sentence that says that there is no such name: which ones it may be; empty: none is like it."""
    from difflib import get_close_matches  # only who mistypes pays for it

    every = sorted(set(known))
    typed = name.lower()
    within = [one for one in every if typed in one.lower()]
    alike = get_close_matches(name, every, n=_MOST, cutoff=0.6)
    found = list(dict.fromkeys((*within, *alike)))[:_MOST]
    return f"; did you mean {', '.join(found)}?" if found and typed else ""
