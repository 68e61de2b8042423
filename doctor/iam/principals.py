"""Who calls, and in which way a resource-based policy names the caller.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".
"""

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from doctor.model.lazy import pattern

CallerKind = Literal["user", "role", "role_session", "federated_user", "root", "service", "federated", "anonymous"]

_ARN = pattern(r"arn:(?P<partition>[^:]*):(?P<service>iam|sts)::(?P<account>\d{12}):(?P<kind>[^/]+)/?(?P<path>.*)")
_KINDS: dict[str, CallerKind] = {
    "user": "user",
    "role": "role",
    "assumed-role": "role_session",
    "federated-user": "federated_user",
    "root": "root",
}
_ACCOUNT = pattern(r"\d{12}")
_ACCOUNT_ARN = pattern(r"arn:[^:]*:iam::(\d{12}):root")
_ROLE_ARN = pattern(r"arn:([^:]*):iam::(\d{12}):role/(?:.*/)?([^/]+)")
_DELETED = pattern(r"A(?:IDA|ROA)[A-Z0-9]{12,}")


class How(IntEnum):
    """How a policy names the caller, from the weakest to the strongest."""

    ACCOUNT = 1
    ROLE = 2
    USER = 3
    EXACT = 4
    ANY = 5


class RoleKey(NamedTuple):
    """A role without its path, which a session's ARN does not show."""

    partition: str
    account: str
    name: str


class Caller(NamedTuple):
    """The principal of a request, taken apart."""

    text: str
    kind: CallerKind
    account: str = ""
    role: RoleKey | None = None
    """The role behind a session."""
    user_arn: str = ""
    """The IAM user behind a federated-user session."""

    @property
    def has_identity(self) -> bool:
        """Whether identity-based policies can grant anything: not to services, federated and anonymous callers."""
        return self.kind not in ("service", "federated", "anonymous")


ANONYMOUS = Caller("anonymous", "anonymous")


@lru_cache(maxsize=4096)
def parse_caller(text: str) -> Caller:
    """Take a principal apart: an ARN, a service principal, an identity provider, or ``anonymous``.

    Raises:
        ValueError: The text is none of these.
    """
    if text in ("anonymous", "*"):
        return ANONYMOUS
    match = _ARN.fullmatch(text)
    if match is None:
        if re.fullmatch(r"[\w.-]+\.amazonaws\.com(?:\.cn)?", text):
            return Caller(text, "service")
        if re.fullmatch(r"[\w.-]+\.[\w/.:-]+", text):
            return Caller(text, "federated")
        raise ValueError(f"{text!r} is not a principal: give an ARN, a service principal or 'anonymous'")
    partition, account, path = match["partition"], match["account"], match["path"]
    kind = _KINDS.get(match["kind"], "federated")
    role = RoleKey(partition, account, path.split("/")[0]) if kind == "role_session" else None
    user = f"arn:{partition}:iam::{account}:user/{path}" if kind == "federated_user" else ""
    return Caller(text, kind, account, role, user)


class Principals:
    """The ``Principal`` or ``NotPrincipal`` of a statement."""

    __slots__ = ("accounts", "anyone", "deleted", "names", "roles")

    def __init__(self, *, anyone: bool = False) -> None:
        self.anyone = anyone
        self.names: set[str] = set()
        """ARNs, service principals, identity providers and canonical user ids, compared as they are."""
        self.accounts: set[str] = set()
        self.roles: set[RoleKey] = set()
        self.deleted: list[str] = []
        """Unique ids of principals that no longer exist; they never match."""

    def match(self, caller: Caller) -> How | None:
        """The strongest way in which the caller is named."""
        if self.anyone:
            return How.ANY
        if caller.text in self.names:
            return How.EXACT
        if caller.user_arn and caller.user_arn in self.names:
            return How.USER
        if caller.role in self.roles:
            return How.ROLE
        return How.ACCOUNT if caller.account in self.accounts and caller.has_identity else None

    def add(self, kind: str, name: str) -> None:
        """Add one entry of the element: its type (``AWS``, ``Service``, ``Federated``, ``CanonicalUser``) and its name."""
        if kind == "AWS" and name == "*":
            self.anyone = True
        elif kind == "AWS" and (_ACCOUNT.fullmatch(name) or _ACCOUNT_ARN.fullmatch(name)):
            self.accounts.add(name if len(name) == len("111122223333") else name.split(":")[4])
            self.names.add(name)
        elif kind == "AWS" and _DELETED.fullmatch(name):
            self.deleted.append(name)
        else:
            self.names.add(name)
            role = _ROLE_ARN.fullmatch(name)
            if role is not None:
                self.roles.add(RoleKey(*role.groups()))


class UnreadablePrincipal(ValueError):
    """The element is not one that IAM accepts."""


_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")


def compile_principals(element: Any) -> Principals:
    """Compile a ``Principal`` or ``NotPrincipal`` element.

    Raises:
        UnreadablePrincipal: It is neither ``*`` nor an object of known types with names.
    """
    if element == "*":
        return Principals(anyone=True)
    found = Principals()
    if not isinstance(element, dict) or not element:
        raise UnreadablePrincipal('neither "*" nor an object')
    for kind, names in element.items():
        if kind not in _TYPES:
            raise UnreadablePrincipal(f"{kind!r} is not a type of principal")
        for name in _names(names):
            found.add(kind, name)
    return found


def _names(value: Any) -> Iterable[str]:
    names = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(name, str) for name in names):
        raise UnreadablePrincipal("a name is not a text")
    return names
