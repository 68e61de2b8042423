"""The next rung of a grant: from the very resources that were refused to the smallest family that IAM's guides write them in."""

from collections.abc import Iterable
from itertools import takewhile
from typing import NamedTuple

from doctor.model.lazy import pattern


class Rung(NamedTuple):
    """A pattern that is wider than the resources it stands for."""

    pattern: str
    words: str
    """What it opens, for whoever must say yes to it."""


_SECRET = pattern(r"(?P<name>arn:[^:]+:secretsmanager:[^:]+:\d+:secret:.+)-[A-Za-z0-9]{6}")
_INDEX = pattern(r"(?P<table>arn:[^:]+:dynamodb:[^:]+:\d+:table/[^/]+)/index/[^/]+")
_STREAM = pattern(r"(?P<group>arn:[^:]+:logs:[^:]+:\d+:log-group:[^:*]+):log-stream:.+")


def wider(resources: Iterable[str]) -> Rung | None:
    """The rung above the literal ARNs of one action; ``None`` where nothing lies between them and everything."""
    known = tuple(dict.fromkeys(resources))
    by_form = (
        (_SECRET, "name", "-??????", "every version of the secret, also after it was deleted and made again"),
        (_INDEX, "table", "/index/*", "every index of the table"),
        (_STREAM, "group", ":*", "every stream of the log group"),
    )
    for form, part, end, words in by_form:
        found = {match[part] for one in known if (match := form.fullmatch(one)) is not None}
        if len(found) == 1 and all(form.fullmatch(one) for one in known):
            return Rung(f"{_literal(found.pop())}{end}", words)
    return _objects(known)


def _objects(known: tuple[str, ...]) -> Rung | None:
    """The prefix that several objects of one bucket have in common, never less than the bucket's name."""
    folders = [one.split("/")[:-1] for one in known]
    if not all(":s3:::" in one and "/" in one for one in known) or len({one[0] for one in folders}) != 1:
        return None
    alike = takewhile(lambda level: len(set(level)) == 1, zip(*folders, strict=False))
    prefix = "/".join(level[0] for level in alike)
    return Rung(f"{_literal(prefix)}/*", f"every object below {prefix.partition(':::')[2]}/")


def _literal(text: str) -> str:
    """A text as a pattern that matches nothing else."""
    return "".join(f"${{{one}}}" if one in "*?$" else one for one in text)
