"""The two kinds of data in doctor: what we say (``Record``) and what AWS says (``Shape``)."""

from datetime import datetime
from typing import Annotated, Any, dataclass_transform

import msgspec
from msgspec import StructMeta

Time = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment that knows its time zone; in JSON one without is refused."""


class KeywordOnly(StructMeta):
    """Makes the fields of every subclass keyword-only, which msgspec does not inherit."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        """Create the struct class; an option that the class statement gives wins."""
        return super().__new__(mcs, name, bases, namespace, **{"kw_only": True, **options})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Data(msgspec.Struct, metaclass=KeywordOnly, frozen=True, omit_defaults=True):
    """Immutable data, compared by value."""


class Record(Data):
    """One of our own facts; JSON in Python's spelling."""


class Shape(Data, rename="pascal"):
    """Something that AWS describes: AWS's field names in Python's spelling, AWS's own spelling in JSON.

    Fields that a subclass does not name are kept in ``extra``, under AWS's names, so that nothing collected is lost.
    """

    extra: dict[str, Any] = msgspec.field(default_factory=dict, name="extra")
