"""Texts and ARNs with wildcards and policy variables, compiled once and compared often.

Sources: IAM User Guide, "IAM JSON policy elements: Resource" and "Policy variables".
"""

import re
from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from doctor.iam.context import UNKNOWN, Context
from doctor.iam.kleene import MAYBE, NO, YES

_COLONS = 5
"""An ARN has six segments; only the last may contain colons and slashes."""


class Wild(Enum):
    """A wildcard: any run of characters, or exactly one."""

    ANY = "*"
    ONE = "?"


class Variable(NamedTuple):
    """``${key}`` or ``${key, 'default'}``; the key in lower case."""

    key: str
    default: str | None


Token = str | Wild | Variable

_VARIABLE = re.compile(
    r"\$\{(?:(?P<literal>[*?$])|\s*(?P<key>[^\s,{}'][^,{}']*?)\s*(?:,\s*'(?P<default>[^']*)'\s*)?)\}"
)


def tokenize(text: str, *, wildcards: bool, variables: bool) -> list[Token]:
    """Cut a policy's text into literal runs, wildcards and variables.

    ``${*}``, ``${?}`` and ``${$}`` are the literal characters. Without ``variables`` (a policy whose ``Version`` is
    not 2012-10-17) ``${…}`` is literal text.
    """
    tokens: list[Token] = []
    at = 0
    for match in _VARIABLE.finditer(text) if variables else ():
        tokens += _plain(text[at : match.start()], wildcards)
        tokens.append(match["literal"] or Variable(match["key"].lower(), match["default"]))
        at = match.end()
    return tokens + _plain(text[at:], wildcards)


def _plain(text: str, wildcards: bool) -> list[Token]:
    if not wildcards:
        return [text] if text else []
    return [Wild(part) if part in ("*", "?") else part for part in re.split(r"([*?])", text) if part]


def pad(tokens: list[Token]) -> list[Token]:
    """Complete an ARN of fewer than six segments with ``*`` for each missing one."""
    colons = sum(token.count(":") for token in tokens if type(token) is str)
    return tokens + [part for _ in range(_COLONS - colons) for part in (":", Wild.ANY)]


class Source(NamedTuple):
    """A regular expression for tokens whose variables are resolved."""

    pattern: str
    certain: bool
    """False when an unknown variable was taken for any text."""


def source(tokens: Iterable[Token], context: Context | None, *, arn: bool) -> Source | None:
    """Write the regular expression of a pattern; ``None`` when a variable has no value, so that nothing matches.

    In an ARN's first five segments a wildcard stays within its segment. Each run between wildcards is matched at its
    first occurrence and not tried again (an atomic group), so that no pattern takes more than linear passes.
    """
    pieces: list[str] = [""]
    stars: list[str] = []
    certain = True
    colons = 0
    for token in tokens:
        inner = arn and colons < _COLONS
        part = _part(token, context, inner)
        if part is None:
            return None
        if type(token) is str:
            colons += token.count(":")
        if part is Wild.ANY:
            certain = certain and token is Wild.ANY
            stars.append("[^:]*" if inner else ".*")
            pieces.append("")
        else:
            pieces[-1] += re.escape(part) if isinstance(part, str) else "[^:]" if inner else "."
    return Source(_joined(pieces, stars), certain)


def _joined(pieces: list[str], stars: list[str]) -> str:
    """Alternate pieces and stars; all stars but the last take the first place where the piece behind them fits."""
    middle = "".join(f"(?>{star}?{piece})" for star, piece in zip(stars[:-1], pieces[1:-1], strict=True) if piece)
    return pieces[0] + middle + (stars[-1] + pieces[-1] if stars else "")


def _part(token: Token, context: Context | None, inner: bool) -> str | Wild | None:
    """A token with its variable resolved: an unknown one stands for any text, ``None`` for one without value.

    A multivalued key cannot be a variable, and a value with a colon cannot lie in one segment of an ARN.
    """
    if not isinstance(token, Variable):
        return token
    value = context.get(token.key) if context is not None else None
    if value is UNKNOWN:
        return Wild.ANY
    text = token.default if value is None else value
    return text if isinstance(text, str) and not (inner and ":" in text) else None


def variables_in(texts: Iterable[str]) -> set[str]:
    """The condition keys (in lower case) that policy variables in the texts stand for."""
    return {match["key"].lower() for text in texts for match in _VARIABLE.finditer(text) if match["key"]}


@lru_cache(maxsize=4096)
def regex(pattern: str, ignore_case: bool = False) -> Callable[[str], object]:
    """Compile to a test of a whole text."""
    return re.compile(pattern, re.DOTALL | (re.IGNORECASE if ignore_case else 0)).fullmatch


class Patterns:
    """A list of patterns, any of which may match: literal ones in a set, wildcard ones in one expression.

    Args:
        texts: The patterns.
        arn: Compare as ARNs, segment by segment; those of fewer than six segments are completed with ``*``.
        wildcards: Whether ``*`` and ``?`` are wildcards.
        variables: Whether ``${…}`` is a policy variable.
        ignore_case: Whether case makes no difference.
    """

    __slots__ = ("_arn", "_fixed", "_ignore_case", "_literals", "_templates", "texts")

    def __init__(
        self,
        texts: Iterable[str],
        *,
        arn: bool = False,
        wildcards: bool = True,
        variables: bool = False,
        ignore_case: bool = False,
    ) -> None:
        self.texts = tuple(texts)
        self._arn, self._ignore_case = arn, ignore_case
        tokens = [tokenize(text, wildcards=wildcards, variables=variables) for text in self.texts]
        if arn:
            tokens = [pad(one) for one in tokens]
        literals = ("".join(one) for one in tokens if all(type(token) is str for token in one))  # type: ignore[arg-type]
        self._literals = frozenset(map(str.lower, literals) if ignore_case else literals)
        fixed = [one for one in tokens if Wild in map(type, one) and Variable not in map(type, one)]
        sources = [found.pattern for one in fixed if (found := source(one, None, arn=arn)) is not None]
        self._fixed = regex("|".join(sources), ignore_case) if sources else None
        self._templates = tuple(one for one in tokens if Variable in map(type, one))

    def match(self, value: str, context: Context) -> int:
        """Tell whether any of the patterns matches; unknown variables make it ``MAYBE``."""
        if (value.lower() if self._ignore_case else value) in self._literals:
            return YES
        if self._fixed is not None and self._fixed(value):
            return YES
        return self._match_templates(value, context) if self._templates else NO

    def _match_templates(self, value: str, context: Context) -> int:
        best = NO
        for tokens in self._templates:
            found = source(tokens, context, arn=self._arn)
            if found is not None and regex(found.pattern, self._ignore_case)(value):
                best = max(best, YES if found.certain else MAYBE)
        return best


class Resources:
    """The ``Resource`` or ``NotResource`` of a statement: ARN patterns, or ``*`` for every resource."""

    __slots__ = ("everything", "patterns", "variables")

    def __init__(self, texts: Iterable[str], *, variables: bool) -> None:
        texts = tuple(texts)
        self.everything = any(text and not text.strip("*") for text in texts)
        self.patterns = Patterns(texts, arn=True, variables=variables)
        self.variables = variables

    def match(self, arn: str, context: Context) -> int:
        """Tell whether the list names ``arn``; a request without resource (``*``) is named by ``*`` alone."""
        if self.everything:
            return YES
        return NO if arn == "*" else self.patterns.match(arn, context)
