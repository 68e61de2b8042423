"""Which REST operation a method and a path name; where several fit, the most specific one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from doctor.iam.models import OperationModel, ServiceModel, model

_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")


class Route(NamedTuple):
    """How the requests of one operation look."""

    operation: OperationModel
    path: re.Pattern[str]
    labels: tuple[str, ...]
    """Names of the path's variable parts, in order."""
    query: tuple[tuple[str, str], ...]
    """Fixed query parameters; an empty value stands for any."""
    required_query: frozenset[str]
    required_headers: frozenset[str]
    rank: tuple[int, int, bool]
    """Fixed characters of the path, then all that is asked of query and headers, then whether it is not deprecated."""


class Routed(NamedTuple):
    """The operation found, with the values of its path's labels."""

    service: str
    model: ServiceModel
    operation: OperationModel
    labels: dict[str, str]


@lru_cache(maxsize=64)
def routes(service: str) -> tuple[Route, ...]:
    """The routes of a service by botocore's name, most specific first."""
    found = model(service)
    every = (_route(found, operation) for operation in found.operations.values()) if found else ()
    return tuple(sorted(every, key=lambda route: route.rank, reverse=True))


def _route(service: ServiceModel, operation: OperationModel) -> Route:
    template, _, fixed = operation.http.request_uri.partition("?")
    query = tuple(parse_qsl(fixed, keep_blank_values=True))
    shape = service.input_of(operation)
    located = {
        place: frozenset(
            (reference.location_name or name).lower() if place == "header" else reference.location_name or name
            for name, reference in shape.members.items()
            if name in shape.required and reference.location == place
        )
        for place in ("querystring", "header")
    }
    pattern = "".join(_pattern(part) for part in re.split(r"(\{[^}]+\})", template.rstrip("/")))
    return Route(
        operation=operation,
        path=re.compile(f"{pattern}/?"),
        labels=tuple(match[1] for match in _LABEL.finditer(template)),
        query=query,
        required_query=located["querystring"],
        required_headers=located["header"],
        rank=(
            len(_LABEL.sub("", template)),
            len(query) + len(located["querystring"]) + len(located["header"]),
            not operation.deprecated,
        ),
    )


def _pattern(part: str) -> str:
    label = _LABEL.fullmatch(part)
    if label is None:
        return re.escape(part)
    return "(.+)" if label[2] else "([^/]+)"


def route(
    method: str,
    path: str,
    query: Mapping[str, Sequence[str]],
    headers: Mapping[str, str],
    known: Iterable[tuple[str, ServiceModel]],
) -> Routed | None:
    """Find the operation; ``None`` when no route fits.

    Args:
        method: HTTP method.
        path: The path, still percent-encoded, so that an encoded slash stays within its label.
        query: The decoded query.
        headers: Headers, names in lower case.
        known: Candidate services with their models.
    """
    best: tuple[tuple[int, int, bool], Routed] | None = None
    for service, found in known:
        for one in routes(service):
            if best is not None and one.rank <= best[0]:
                break
            match = one.path.fullmatch(path) if one.operation.http.method == method else None
            if match is not None and _fits(one, query, headers):
                labels = dict(zip(one.labels, map(unquote, match.groups()), strict=True))
                best = one.rank, Routed(service, found, one.operation, labels)
                break
    return best[1] if best else None


def _fits(one: Route, query: Mapping[str, Sequence[str]], headers: Mapping[str, str]) -> bool:
    fixed = all(name in query and (not value or value in query[name]) for name, value in one.query)
    return fixed and one.required_query <= query.keys() and one.required_headers <= headers.keys()
