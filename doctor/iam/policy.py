"""Policy documents, compiled once into statements that can be asked whether they apply.

What IAM would not accept never raises and never allows: an element that cannot be read is unknown, its statement
neither applies nor fails to apply for certain, and the policy names the flaw.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from doctor.iam.conditions import Condition, UnknownOperator, compile_condition
from doctor.iam.context import Context, as_text
from doctor.iam.kleene import MAYBE, NO, YES, negate
from doctor.iam.patterns import Patterns, Resources
from doctor.iam.principals import How, Principals, UnreadablePrincipal, compile_principals
from doctor.iam.request import Request
from doctor.model.decision import Flaw, LayerName
from doctor.model.record import Record

VERSION = "2012-10-17"
"""The version of the policy language that has variables."""
_VERSIONS = ("2008-10-17", VERSION)
_NAMES_PRINCIPALS = ("resource", "rcp", "endpoint")
_STATEMENT = frozenset(
    ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"),
)
_DOCUMENT = frozenset(("Version", "Id", "Statement"))


class Statement(Record):
    """One compiled statement. An element that cannot be read is ``None`` with its name in ``unreadable``."""

    index: int
    sid: str = ""
    effect: Literal["Allow", "Deny", ""] = ""
    """Empty when it cannot be read: then the statement may allow and may deny."""
    actions: Patterns | None = None
    not_action: bool = False
    resources: Resources | None = None
    not_resource: bool = False
    principals: Principals | None = None
    not_principal: bool = False
    conditions: tuple[Condition, ...] = ()
    unreadable: frozenset[str] = frozenset()

    def match_action(self, request: Request) -> int:
        """Whether the statement speaks of the action."""
        if self.actions is None:
            return MAYBE
        found = self.actions.match(request.lower_action, request.context)
        return negate(found) if self.not_action else found

    def match_resource(self, request: Request) -> int:
        """Whether the statement speaks of the resource; without the element (a trust policy) of every one."""
        if self.resources is None:
            return MAYBE if "Resource" in self.unreadable else YES
        found = self.resources.match(request.resource, request.context)
        return negate(found) if self.not_resource else found

    def match_condition(self, request: Request) -> int:
        """Whether all conditions hold."""
        found = MAYBE if "Condition" in self.unreadable else YES
        for condition in self.conditions:
            found = min(found, condition.test(request.context))
            if found == NO:
                break
        return found

    def may_allow(self, action: str, within: str) -> bool:
        """Whether it can allow ``action`` on something whose ARN begins with ``within``, under some condition."""
        if self.effect == "Deny":
            return False
        found = YES if self.actions is None else self.match_actions(action)
        if (negate(found) if self.not_action else found) == NO:
            return False
        if self.resources is None or self.not_resource or not within:
            return True
        heads = (_literal_head(text) for text in self.resources.patterns.texts)
        return any(head.startswith(within) or within.startswith(head) for head in heads)

    def allows_freely(self, action: str) -> bool:
        """Whether it allows ``action`` on every resource and under no condition."""
        plain = self.effect == "Allow" and not (self.conditions or self.unreadable or self.not_resource)
        everything = self.resources is not None and self.resources.everything
        return plain and everything and not self.not_action and self.match_actions(action) == YES

    def match_actions(self, action: str) -> int:
        """Whether ``Action`` names an action, whatever the context."""
        return MAYBE if self.actions is None else self.actions.match(action.lower(), Context({}))

    def match_principal(self, request: Request, bounded: bool) -> tuple[int, How | None]:
        """Whether the statement names the caller, and how.

        Args:
            request: The request.
            bounded: Whether the caller has a permissions boundary: then ``NotPrincipal`` with ``Deny`` always matches.
        """
        if self.principals is None:
            return (MAYBE, How.ANY) if "Principal" in self.unreadable else (NO, None)
        how = self.principals.match(request.caller)
        if not self.not_principal:
            return (NO if how is None else YES), how
        if how is None or (bounded and self.effect == "Deny"):
            return YES, How.ANY
        return NO, None

    def match(self, request: Request) -> int:
        """Whether the statement applies, whoever calls."""
        found = self.match_action(request)
        if found:
            found = min(found, self.match_resource(request))
        return min(found, self.match_condition(request)) if found else NO


class Policy(Record):
    """A compiled document; ``flaws`` says what in it IAM would not accept."""

    name: str
    statements: tuple[Statement, ...]
    flaws: tuple[Flaw, ...] = ()


def compile_policy(name: str, document: Any, layer: LayerName) -> Policy:
    """Compile a document of a policy of the type ``layer``. Never raises: see ``Policy.flaws``.

    Args:
        name: Name or ARN, for decisions to cite.
        document: The document, as an object or as JSON text.
        layer: The type of policy, which says whether statements name principals.
    """
    return _Compiler(name, layer).policy(document)


class _Compiler:
    """Collects flaws while it reads one document."""

    def __init__(self, name: str, layer: LayerName) -> None:
        self._name, self._layer = name, layer
        self._flaws: list[Flaw] = []
        self._index: int | None = None
        self._variables = False
        self._unreadable: set[str] = set()

    def policy(self, document: Any) -> Policy:
        if isinstance(document, str):
            document = self._decoded(document)
        if not isinstance(document, Mapping):
            self._flaw("", "not a JSON object")
            return Policy(name=self._name, statements=(_whole(),), flaws=tuple(self._flaws))
        version = document.get("Version", _VERSIONS[0])
        if version not in _VERSIONS:
            self._flaw("Version", f"{_short(version)} is no version of the policy language")
        self._variables = version == VERSION
        doubt = bool(self._strangers(document, _DOCUMENT)) or version not in _VERSIONS
        statements = tuple(self._statement(index, one, doubt) for index, one in self._statements(document))
        return Policy(name=self._name, statements=statements, flaws=tuple(self._flaws))

    def _decoded(self, text: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return None

    def _statements(self, document: Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
        statements = document.get("Statement")
        if isinstance(statements, Mapping):
            statements = [statements]
        if not isinstance(statements, list | tuple):
            self._flaw("Statement", "neither an object nor a list of them")
            statements = [None]
        yield from enumerate(statements)

    def _statement(self, index: int, statement: Any, doubt: bool) -> Statement:
        self._index, self._unreadable = index, {"Condition"} if doubt else set()
        if not isinstance(statement, Mapping):
            self._flaw("", "not a JSON object")
            return _whole(index)
        if self._strangers(statement, _STATEMENT):
            self._unreadable.add("Condition")
        effect = statement.get("Effect")
        if effect not in ("Allow", "Deny"):
            self._flaw("Effect", f"{_short(effect)} is neither Allow nor Deny")
        actions = self._list(statement, "Action")
        resources = self._list(statement, "Resource")
        return Statement(
            index=index,
            sid=as_text(statement.get("Sid", "")),
            effect=effect if effect in ("Allow", "Deny") else "",
            actions=None if actions is None else self._actions(actions),
            not_action="NotAction" in statement,
            resources=None if resources is None else self._resources(resources),
            not_resource="NotResource" in statement,
            principals=self._principals(statement),
            not_principal="NotPrincipal" in statement,
            conditions=tuple(self._conditions(statement.get("Condition", {}))),
            unreadable=frozenset(self._unreadable),
        )

    def _list(self, statement: Mapping[str, Any], element: str) -> list[str] | None:
        """The texts of ``Action`` or ``NotAction`` (``Resource``, …); ``None`` when there is none that can be read."""
        given = [name for name in (element, f"Not{element}") if name in statement]
        if not given and element == "Resource" and self._layer == "resource":
            return None
        value = statement[given[0]] if given else None
        texts = [value] if isinstance(value, str) else value
        if len(given) == 1 and isinstance(texts, list | tuple) and texts and all(isinstance(one, str) for one in texts):
            return list(texts)
        self._flaw(element, f"needs {element} or Not{element}, one of them, with a text or a list of texts")
        return None

    def _actions(self, texts: list[str]) -> Patterns | None:
        for text in texts:
            if text.strip("*") and ":" not in text:
                self._flaw("Action", f"{_short(text)} names no service")
                return None
        plain = ["*" if text in ("*:*", "**") else text for text in texts]
        return Patterns((text.lower() for text in plain), ignore_case=True)

    def _resources(self, texts: list[str]) -> Resources | None:
        for text in texts:
            if text.strip("*") and not text.startswith(("arn:", "*", "?", "${")):
                self._flaw("Resource", f"{_short(text)} is not an ARN")
                return None
            if text.strip("*") and text.count(":") < len("arn:::::") - len("arn"):
                self._flaw("Resource", f"{_short(text)} has fewer than six segments; * stands for the rest", False)
        return Resources(texts, variables=self._variables)

    def _principals(self, statement: Mapping[str, Any]) -> Principals | None:
        given = [name for name in ("Principal", "NotPrincipal") if name in statement]
        if self._layer not in _NAMES_PRINCIPALS:
            if given:
                self._flaw("Principal", "a policy of this type cannot name principals")
                self._unreadable.add("Condition")
            return None
        if not given:  # the statements of an endpoint policy may leave it out, and mean everyone
            return Principals(anyone=True) if self._layer == "endpoint" else None
        if len(given) > 1:
            self._flaw("Principal", "both Principal and NotPrincipal")
            return None
        try:
            found = compile_principals(statement[given[0]])
        except UnreadablePrincipal as error:
            self._flaw("Principal", str(error))
            return None
        if given == ["NotPrincipal"] and statement.get("Effect") == "Allow":
            self._flaw(
                "Principal", "NotPrincipal with Allow grants to everyone else, anonymous callers included", False
            )
        for deleted in found.deleted:
            self._flaw("Principal", f"{deleted} is a principal that was deleted; it never matches", False)
        return found

    def _conditions(self, block: Any) -> Iterator[Condition]:
        if not isinstance(block, Mapping) or not all(isinstance(keys, Mapping) for keys in block.values()):
            self._flaw("Condition", "not an object of operators with keys")
            return
        for operator, keys in block.items():
            for key, value in keys.items():
                values = value if isinstance(value, list | tuple) else [value]
                if not all(isinstance(one, str | bool | int | float) for one in values):
                    self._flaw("Condition", f"the values of {operator} {key} are not texts")
                    continue
                try:
                    yield compile_condition(operator, key, values, variables=self._variables)
                except UnknownOperator:
                    self._flaw("Condition", f"{_short(operator)} is not a condition operator")

    def _strangers(self, given: Mapping[str, Any], known: frozenset[str]) -> set[str]:
        strangers = {as_text(name) for name in given if name not in known}
        for name in sorted(strangers):
            self._flaw(name, "not an element of the policy language")
        return strangers

    def _flaw(self, element: str, message: str, unreadable: bool = True) -> None:
        if unreadable:
            self._unreadable.add(element)
        flaw = Flaw(policy=self._name, message=message, index=self._index, element=element, unreadable=unreadable)
        self._flaws.append(flaw)


def _whole(index: int = 0) -> Statement:
    """What stands for a statement of which nothing can be read."""
    elements = frozenset(("Action", "Resource", "Principal", "Condition"))
    return Statement(index=index, unreadable=elements)


def _literal_head(pattern: str) -> str:
    """What a pattern of an ARN begins with, whatever it matches."""
    return pattern[: min((pattern.find(mark) % (len(pattern) + 1) for mark in "*?$"), default=len(pattern))]


def _short(value: Any) -> str:
    """The value in a message, not longer than a line."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 -- what a line can hold beside the rest
