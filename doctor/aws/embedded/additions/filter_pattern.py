"""CloudWatch Logs' filter patterns: terms, regular expressions and JSON comparisons.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import re
from collections.abc import Callable

from doctor.aws.embedded.additions import json_pattern
from doctor.aws.embedded.additions.json_pattern import PatternError

Matches = Callable[[str], bool]

_TERM = re.compile(r'\s*(?P<sign>[-?]?)(?:"(?P<phrase>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]+)%|(?P<word>[^\s"]+))')


def parse(pattern: str) -> Matches:
    """Return what tells whether a log message matches.

    Raises:
        PatternError: The pattern is malformed, or of the space-delimited kind, which is not supported.
    """
    pattern = pattern.strip()
    if pattern.startswith("{"):
        return json_pattern.parse(pattern)
    if pattern.startswith("["):
        raise PatternError("the embedded account does not search by [space, delimited, fields]")
    return _terms(pattern)


def _terms(pattern: str) -> Matches:
    """Every plain term must occur and no ``-term`` may; without plain terms, one of the ``?terms`` must occur."""
    terms: dict[str, list[Matches]] = {"": [], "-": [], "?": []}
    position = 0
    while position < len(pattern):
        found = _TERM.match(pattern, position)
        if not found:
            raise PatternError(f"cannot read {pattern[position:]!r}")
        terms[found["sign"]].append(_term(found))
        position = found.end()
    required, excluded, optional = terms[""], terms["-"], terms["?"]

    def matches(message: str) -> bool:
        if any(term(message) for term in excluded) or not all(term(message) for term in required):
            return False
        return bool(required) or not optional or any(term(message) for term in optional)

    return matches


def _term(found: re.Match[str]) -> Matches:
    if found["regex"]:
        expression = json_pattern.regex(found["regex"])
        return lambda message: bool(expression.search(message))
    text = found["word"] or re.sub(r"\\(.)", r"\1", found["phrase"])
    return lambda message: text in message
