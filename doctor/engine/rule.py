"""A rule: a function that says by the types of its parameters what it needs, and yields problems."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from doctor.engine.facts import Fact
from doctor.errors import RuleError
from doctor.model.finding import NotThis, Problem, Severity
from doctor.model.function import Function
from doctor.model.identity import Role
from doctor.model.record import Record, Shape
from doctor.model.triggers import Queue

Check = Callable[..., Iterable[Problem | NotThis]]
GRAINS: tuple[type[Shape], ...] = (Function, Role, Queue)
"""A parameter of one of these types makes the rule run once per such resource; none of them: once per account."""

_FIELD = re.compile(r"^(?P<key>[A-Z][a-z]+): (?P<value>.*)$", re.MULTILINE)


class Rule(Record):
    """A check with its page. Its name is the check's, with dashes."""

    name: str
    severity: Severity
    page: str
    needs: tuple[tuple[str, type], ...]
    """Parameter names and types, in order."""
    check: Check
    advice: bool = False
    """Whether it only says what could be better: it is heard when asked for."""

    @property
    def folder(self) -> str:
        """The folder that its file lies in: the symptom."""
        return Path(self.check.__code__.co_filename).parent.name

    @property
    def summary(self) -> str:
        """The page's first line."""
        return self.page.split("\n", 1)[0]

    @property
    def grain(self) -> type[Shape] | None:
        """The type of resource it looks at one by one."""
        return next((need for _, need in self.needs if need in GRAINS), None)

    @property
    def covers(self) -> tuple[str, ...]:
        """The entries of the failure catalogue that its page says it covers."""
        fields = {match["key"]: match["value"] for match in _FIELD.finditer(self.page)}
        return tuple(one.strip() for one in fields.get("Covers", "").split(",") if one.strip())


def rule(severity: Severity, *, advice: bool = False) -> Callable[[Check], Rule]:
    """Make a rule of a function; the docstring of its module is the rule's page. ``advice``: heard only when asked for.

    Raises:
        RuleError: the module has no docstring, or a parameter's type is neither a resource nor a fact.
    """

    def make(check: Check) -> Rule:
        name = check.__name__.replace("_", "-")
        page = str(check.__globals__.get("__doc__") or "").strip()
        if not page:
            raise RuleError(f"rule {name}: its file has no docstring, which is its page; write one")
        needs = tuple((key, need) for key, need in check.__annotations__.items() if key != "return")
        for key, need in needs:
            if need not in GRAINS and not (isinstance(need, type) and issubclass(need, Fact)):
                raise RuleError(
                    f"rule {name}: nothing provides its parameter '{key}: {need}'; see 'doctor rules facts'"
                )
        return Rule(name=name, severity=severity, page=page, needs=needs, check=check, advice=advice)

    return make
