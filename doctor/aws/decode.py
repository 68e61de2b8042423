"""AWS's answers to shapes: known fields by name, everything else into ``extra``."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from doctor.model.record import Shape

S = TypeVar("S", bound=Shape)
Decoders = Mapping[str, Callable[[str], Any]]

JSON: Callable[[str], Any] = json.loads
"""For the JSON documents that AWS puts into strings: policies, redrive policies."""

_NOISE = frozenset({"ResponseMetadata"})


def decode(kind: type[S], raw: Mapping[str, Any], decoders: Decoders | None = None, **ours: Any) -> S:
    """Make a shape of an answer.

    Numbers and booleans that AWS gives as strings become what the shape says they are; an explicit null is an absent
    field; times in ``extra`` become text.

    Args:
        kind: The shape.
        raw: The answer, or the part of it that describes the resource.
        decoders: How to read fields that are text in the answer and more in the shape.
        ours: Fields that the answer does not have, by their names in the shape's JSON.

    Raises:
        msgspec.ValidationError: A field is not what AWS's model says; the message carries its path.
    """
    read = {key: decoders[key](value) if decoders and key in decoders else value for key, value in raw.items()}
    return msgspec.convert(_split(kind, {**read, **ours}), type=kind, strict=False)


def _split(kind: type[Shape], raw: Mapping[str, Any]) -> dict[str, Any]:
    fields = _fields(kind)
    known: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for key, value in raw.items():
        if value is None or key in _NOISE:
            continue
        if key in fields:
            known[key] = _inner(fields[key], value)
        else:
            extra[key] = _plain(value)
    if extra and "extra" not in known:
        known["extra"] = extra
    if kind.__struct_config__.tag is not None:
        known["type"] = kind.__struct_config__.tag
    return known


def _inner(shape: type[Shape] | None, value: Any) -> Any:
    if shape is None:
        return value
    if isinstance(value, Mapping):
        return _split(shape, value)
    if isinstance(value, list | tuple):
        return [_inner(shape, one) for one in value]
    return value


@cache
def _fields(kind: type[Shape]) -> dict[str, type[Shape] | None]:
    """AWS's names of a shape's fields, each with the shape inside it, if there is one."""
    return {field.encode_name: _shape_in(field.type) for field in msgspec.structs.fields(kind)}


def _shape_in(annotation: Any) -> type[Shape] | None:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    if get_origin(annotation) in (tuple, list, Union, UnionType):
        return next((found for one in get_args(annotation) if (found := _shape_in(one))), None)
    return None


def in_utc(value: Any) -> Any:
    """A moment as the same bytes wherever it is read; everything else as it is."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    """What JSON can carry, the same before and after it was written down."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
