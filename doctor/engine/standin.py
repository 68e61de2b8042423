"""Stand-ins: a subject or a fact of which only a part is known, to find out what a rule would say of everything that has that part."""

from collections.abc import Mapping
from types import FunctionType, MethodType
from typing import Any, NoReturn

from doctor.model.record import Data


class NotTold(BaseException):
    """A stand-in was asked for what is not known of it. No ``Exception``, so that nobody's handler takes it for one."""


class _Undecided:
    """What nothing may be decided by: to compare it, to ask for its truth or to show it raises ``NotTold``."""

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        raise NotTold

    def __getattr__(self, name: str) -> Any:
        """What is not known of it is refused, not absent."""
        raise NotTold(name)

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = __bool__ = __repr__ = __str__ = __format__ = _refuse
    __iter__ = __len__ = __contains__ = __getitem__ = __index__ = __int__ = __float__ = _refuse
    __class__ = property(_refuse)  # an ``isinstance`` that is not told by the type asks for it


class Some(_Undecided):
    """Some number: it can be reckoned with, as long as nothing is made to hang on the result."""

    __slots__ = ()

    def _some(self, *_: object) -> "Some":
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = __round__ = _some


class StandIn(_Undecided):
    """In the place of a ``kind``: it answers with what is known, and with what follows by the kind's own methods.

    Anything else that could depend on the rest raises ``NotTold``.
    """

    __slots__ = ("__kind", "__known")

    def __init__(self, kind: type, known: Mapping[str, Any]) -> None:
        self.__kind = kind
        self.__known = known

    def __getattr__(self, name: str) -> Any:
        """A known value, or what a property or method of the kind makes of known values."""
        if name in self.__known:
            return self.__known[name]
        found = getattr(self.__kind, name, None)
        if isinstance(found, property) and found.fget is not None:
            return found.fget(self)
        if isinstance(found, FunctionType):
            return MethodType(found, self)
        declared = self.__kind.__annotations__.get(name)
        if declared in (int, float):
            return Some()
        if isinstance(declared, type) and issubclass(declared, Data):
            return StandIn(declared, {})
        raise NotTold(name)
