"""A second evaluator, written from the rules alone: slow, without compiling, for known contexts. Where two disagree, one is wrong.

It shares no code with ``doctor.iam``: patterns are matched by recursion, ARNs are cut apart, documents are read at every question.
"""

import ipaddress
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

Context = dict[str, Any]
_FREE = ("sts:getcalleridentity", "sts:getsessiontoken", "dynamodb:describeendpoints")
_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_STRENGTH = ["account", "role", "user", "exact", "any"]


def opinion(case: dict[str, Any]) -> str:
    """``Allowed``, ``ImplicitlyDenied`` or ``ExplicitlyDenied`` for a case in the form of ``cases.json``."""
    request, policies = case["request"], case["policies"]
    context = {key.lower(): value for key, value in request["context"].items()}
    if request["action"].lower() in _FREE:
        return "Allowed"
    bound = isinstance(request["principal"], str) and bool(_IDENTITY.match(request["principal"]))
    own = ("resource", "rcp", "endpoint", "identity")
    layers = [(name, those) for name, those in _layers(policies) if bound or name.split(maxsplit=1)[0] in own]
    applied = {name: list(_applied(name, those, request, context, policies)) for name, those in layers}
    if any(effect == "Deny" for those in applied.values() for effect, _, _ in those):
        return "ExplicitlyDenied"
    return "Allowed" if _granted(applied, policies, request) else "ImplicitlyDenied"


def _layers(policies: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for name in ("identity", "session", "boundary", "resource", "endpoint"):
        given = policies[name]
        if given:
            yield name, given if isinstance(given, list) else [given]
    for name in ("scp", "rcp"):
        for at, level in enumerate(policies[name] or []):
            yield f"{name} {at}", level["policies"]


def _applied(
    name: str, those: list[Any], request: Any, context: Context, policies: Any
) -> Iterator[tuple[str, str, str]]:
    named = name.split(maxsplit=1)[0] in ("resource", "rcp", "endpoint")
    for policy in those:
        document = policy["document"]
        variables = document.get("Version") == "2012-10-17"
        found = document["Statement"]
        for statement in found if isinstance(found, list) else [found]:
            how = _named(statement, request["principal"], bool(policies["boundary"]), name) if named else "none"
            if how and _applies(statement, request, context, variables):
                yield statement["Effect"], how, policy["name"]


def _granted(applied: dict[str, list[Any]], policies: Any, request: Any) -> bool:
    ways = {name: {how for effect, how, _ in those if effect == "Allow"} for name, those in applied.items()}
    caller = request["principal"]
    session = isinstance(caller, str) and _IDENTITY.match(caller)
    for name in applied:
        if (name.split()[0] in ("rcp", "endpoint") or (name.startswith("scp") and session)) and not ways[name]:
            return False
    by_resource = ways.get("resource", set())
    if not session:
        return bool(by_resource & {"exact", "any"})
    guarded = all(ways[name] for name in ("boundary", "session") if name in applied)
    identity = bool(ways.get("identity"))
    if caller.split(":")[4] != request["resource_account"]:
        return bool(by_resource) and identity and guarded
    if by_resource & {"exact", "any"} and ":role/" not in caller:
        return True
    if by_resource & {"role", "user", "exact", "any"}:
        return guarded
    service = request["action"].lower().split(":")[0]
    closed = (service == "kms" and ":key/" in request["resource"]) or (
        service == "sts" and ":role/" in request["resource"]
    )
    return identity and guarded and (not closed or bool(by_resource))


_IDENTITY = re.compile(r"arn:[^:]*:(iam|sts)::\d{12}:(user|role|assumed-role|federated-user|root)")


def _named(statement: Any, caller: Any, bounded: bool, layer: str) -> str:
    """In which way a statement names the caller; empty: it does not."""
    if "Principal" in statement:
        return _way(statement["Principal"], caller)
    if "NotPrincipal" in statement:
        if bounded and statement["Effect"] == "Deny":
            return "any"
        return "" if _way(statement["NotPrincipal"], caller) else "any"
    return "any" if layer == "endpoint" else ""


def _way(element: Any, caller: Any) -> str:
    if element == "*":
        return "any"
    found = [way for kind, names in element.items() for name in _listed(names) if (way := _one_way(kind, name, caller))]
    return max(found, key=_STRENGTH.index, default="")


def _one_way(kind: str, name: str, caller: Any) -> str:
    if kind == "AWS" and name == "*":
        return "any"
    if not isinstance(caller, str):
        return ""
    if name == caller:
        return "exact"
    mine = re.fullmatch(r"arn:([^:]*):(?:iam|sts)::(\d{12}):([^/]+)/?(.*)", caller)
    if mine is None:
        return ""
    partition, account, sort, path = mine.groups()
    if kind == "AWS" and sort == "federated-user" and name == f"arn:{partition}:iam::{account}:user/{path}":
        return "user"
    theirs = re.fullmatch(r"arn:([^:]*):iam::(\d{12}):role/(.+)", name)
    mine_too = theirs and (theirs[1], theirs[2], theirs[3].split("/")[-1]) == (partition, account, path.split("/")[0])
    if kind == "AWS" and sort == "assumed-role" and mine_too:
        return "role"
    if kind == "AWS" and (name == account or re.fullmatch(rf"arn:[^:]*:iam::{account}:root", name)):
        return "account"
    return ""


def _applies(statement: Any, request: Any, context: Context, variables: bool) -> bool:
    action = request["action"].lower()
    names = [text.lower() for text in _listed(statement.get("Action", statement.get("NotAction")))]
    said = any(text in ("*", "*:*") or _glob(_plain(text), action) for text in names)
    if said == ("NotAction" in statement):
        return False
    given = statement.get("Resource", statement.get("NotResource"))
    if given is not None:
        told = any(_resource(text, request["resource"], context, variables) for text in _listed(given))
        if told == ("NotResource" in statement):
            return False
    return all(
        _condition(operator, key.lower(), [_text(one) for one in _listed(values)], context, variables)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


def _resource(text: str, arn: str, context: Context, variables: bool) -> bool:
    if text and set(text) == {"*"}:
        return True
    return arn != "*" and _arn(text, arn, context, variables)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _condition(operator: str, key: str, values: list[str], context: Context, variables: bool) -> bool:
    quantifier, _, plain = operator.rpartition(":")
    base = plain.removesuffix("IfExists").lower()
    given = context.get(key)
    if base == "null":
        return any((given is None) == (one.lower() == "true") for one in values if one.lower() in ("true", "false"))
    negated = "not" in base
    holds = _OPERATORS[base.replace("not", "")]

    def satisfied(one: str) -> bool:
        return any(holds(one, value, context, variables) for value in values) != negated

    members = [] if given is None else [_text(one) for one in _listed(given)]
    if quantifier.lower() == "forallvalues":
        return all(map(satisfied, members))
    if quantifier.lower() == "foranyvalue":
        return any(map(satisfied, members))
    if given is None:
        return negated or plain.endswith("IfExists")
    return not isinstance(given, list) and satisfied(members[0])


def _filled(text: str, context: Context, variables: bool) -> list[tuple[str, bool]] | None:
    """A text as characters, each with whether it stands for itself; ``None``: a variable has no value."""
    found: list[tuple[str, bool]] = []
    at = 0
    for match in _VARIABLE.finditer(text) if variables else ():
        value = _value(match[1], context)
        if value is None:
            return None
        if value is not _NO_VARIABLE:
            found += [(one, False) for one in text[at : match.start()]] + [(one, True) for one in str(value)]
            at = match.end()
    return found + [(one, False) for one in text[at:]]


_NO_VARIABLE = object()


def _value(inside: str, context: Context) -> object:
    if inside in ("*", "?", "$"):
        return inside
    match = re.fullmatch(r"\s*([^\s,}'][^,}']*?)\s*(?:,\s*'([^']*)'\s*)?", inside)
    if match is None:
        return _NO_VARIABLE
    found = context.get(match[1].lower())
    if found is None:
        return match[2]
    return None if isinstance(found, list) else found


def _plain(text: str) -> list[tuple[str, bool]]:
    return [(one, False) for one in text]


def _glob(pattern: list[tuple[str, bool]], text: str) -> bool:
    @cache
    def fits(at: int, place: int) -> bool:
        if at == len(pattern):
            return place == len(text)
        one, literal = pattern[at]
        if one == "*" and not literal:
            return fits(at + 1, place) or (place < len(text) and fits(at, place + 1))
        return place < len(text) and (one == text[place] or (one == "?" and not literal)) and fits(at + 1, place + 1)

    return fits(0, 0)


def _arn(text: str, arn: str, context: Context, variables: bool) -> bool:
    """Segment by segment; colons inside a variable do not count, and what it stands for cannot hold one but in the last."""
    holes = [match.span() for match in _VARIABLE.finditer(text)] if variables else []
    cuts = [at for at, one in enumerate(text) if one == ":" and not any(low <= at < high for low, high in holes)][:5]
    edges = [-1, *cuts, len(text)]
    pieces = [text[low + 1 : high] for low, high in itertools.pairwise(edges)] + ["*"] * (5 - len(cuts))
    segments = arn.split(":", 5)
    if len(segments) != len(pieces):
        return False
    for at, (piece, segment) in enumerate(zip(pieces, segments, strict=True)):
        pattern = _filled(piece, context, variables)
        if pattern is None or (at < 5 and any(one == ":" for one, literal in pattern if literal)):
            return False
        if not _glob(pattern, segment):
            return False
    return True


def _equal(one: str, value: str, context: Context, variables: bool) -> bool:
    filled = _filled(value, context, variables)
    return filled is not None and "".join(letter for letter, _ in filled) == one


def _same(one: str, value: str, context: Context, variables: bool) -> bool:
    filled = _filled(value, context, variables)
    return filled is not None and "".join(letter for letter, _ in filled).lower() == one.lower()


def _like(one: str, value: str, context: Context, variables: bool) -> bool:
    filled = _filled(value, context, variables)
    return filled is not None and _glob(filled, one)


def _number(one: str, value: str) -> tuple[float, float] | None:
    if not all(_DECIMAL.fullmatch(text) for text in (one, value)):
        return None
    return float(one), float(value)


_DECIMAL = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


def _moment(text: str) -> float | None:
    if re.fullmatch(r"\d{4}", text):
        text = f"{text}-01-01"
    if re.fullmatch(r"\d{4}-\d\d", text):
        text = f"{text}-01"
    if _DECIMAL.fullmatch(text):
        return float(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _moments(one: str, value: str) -> tuple[float, float] | None:
    left, right = _moment(one), _moment(value)
    return None if left is None or right is None else (left, right)


def _compared(read: Any, test: Any) -> Any:
    return lambda one, value, _context, _variables: (pair := read(one, value)) is not None and test(*pair)


def _address(one: str, value: str, _context: Context, _variables: bool) -> bool:
    try:
        inner, outer = ipaddress.ip_network(one, strict=False), ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _bool(one: str, value: str, context: Context, variables: bool) -> bool:
    filled = _filled(value, context, variables)
    said = "".join(letter for letter, _ in filled or []).lower()
    return one.lower() in ("true", "false") and one.lower() == said


_RELATIONS = {
    "equals": lambda left, right: left == right,
    "lessthan": lambda left, right: left < right,
    "lessthanequals": lambda left, right: left <= right,
    "greaterthan": lambda left, right: left > right,
    "greaterthanequals": lambda left, right: left >= right,
}
_OPERATORS = {
    "stringequals": _equal,
    "stringequalsignorecase": _same,
    "stringlike": _like,
    "bool": _bool,
    "binaryequals": _equal,
    "ipaddress": _address,
    "arnequals": lambda one, value, context, variables: _arn(value, one, context, variables),
    "arnlike": lambda one, value, context, variables: _arn(value, one, context, variables),
    **{f"numeric{name}": _compared(_number, test) for name, test in _RELATIONS.items()},
    **{f"date{name}": _compared(_moments, test) for name, test in _RELATIONS.items()},
}
