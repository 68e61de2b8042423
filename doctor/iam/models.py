"""botocore's service models, read as data: which operations a service has, and where their parameters lie in a request.

The files are botocore's; botocore itself is not imported. A model is read on first use (1 to 20 ms); the index from
signing name to services reads only the head of each file.
"""

import json
import os
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

from doctor.model.record import Record


class ShapeRef(Record, rename="camel"):
    """A use of a shape, with where its value lies."""

    shape: str
    location: str = ""
    """``uri``, ``querystring``, ``header``, ``headers``; empty: in the body."""
    location_name: str = ""
    query_name: str = ""
    flattened: bool = False


class ShapeModel(Record, rename="camel"):
    """A shape: a structure, list, map or scalar."""

    type: str
    members: dict[str, ShapeRef] = msgspec.field(default_factory=dict)
    member: ShapeRef | None = None
    key: ShapeRef | None = None
    value: ShapeRef | None = None
    required: tuple[str, ...] = ()
    payload: str = ""
    flattened: bool = False


class Http(Record, rename="camel"):
    """Method and template of the path, ``/{Bucket}/{Key+}?tagging``."""

    method: str = "POST"
    request_uri: str = "/"


class OperationModel(Record, rename="camel"):
    """One operation."""

    name: str
    http: Http = Http()
    input: ShapeRef | None = None
    deprecated: bool = False


class Metadata(Record, rename="camel"):
    """How a service is addressed and signed."""

    endpoint_prefix: str = ""
    signing_name: str = ""
    target_prefix: str = ""
    protocol: str = ""
    api_version: str = ""

    @property
    def signs_as(self) -> str:
        """The service in a signature's credential scope."""
        return self.signing_name or self.endpoint_prefix


class ServiceModel(Record):
    """One service."""

    metadata: Metadata
    operations: dict[str, OperationModel] = msgspec.field(default_factory=dict)
    shapes: dict[str, ShapeModel] = msgspec.field(default_factory=dict)

    def input_of(self, operation: OperationModel) -> ShapeModel:
        """The structure of an operation's parameters."""
        return self.shapes[operation.input.shape] if operation.input else ShapeModel(type="structure")


@lru_cache(maxsize=1)
def _folders() -> dict[str, str]:
    """The folder of each service's models, by botocore's name of it; empty without botocore."""
    found = find_spec("botocore")
    if found is None or not found.submodule_search_locations:
        return {}
    with os.scandir(Path(found.submodule_search_locations[0]) / "data") as data:
        return {one.name: one.path for one in sorted(data, key=lambda one: one.name) if one.is_dir()}


def _file(service: str) -> Path | None:
    """The newest model of a service; ``None``: botocore has none."""
    folder = _folders().get(service)
    return max(Path(folder).glob("*/service-2.json*"), default=None) if folder else None


def services() -> tuple[str, ...]:
    """Every service that botocore knows, by botocore's name."""
    return tuple(_folders())


@lru_cache(maxsize=64)
def model(service: str) -> ServiceModel | None:
    """The model of a service by botocore's name; ``None`` when botocore has none of that name."""
    path = _file(service)
    if path is None:
        return None
    import gzip  # most checks read no model

    raw = path.read_bytes()
    return msgspec.json.decode(gzip.decompress(raw) if path.suffix == ".gz" else raw, type=ServiceModel)


@lru_cache(maxsize=512)
def metadata(service: str) -> Metadata:
    """A service's metadata, from the head of its file."""
    path = _file(service)
    if path is None:
        return Metadata()
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if path.suffix == ".gz":
        import zlib

        head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, _HEAD)
    text = head.decode("utf-8", "ignore")
    start = _METADATA.search(text)
    if start is None:
        return Metadata()
    return msgspec.convert(json.JSONDecoder().raw_decode(text, start.end())[0], Metadata)


_HEAD = 8192
_METADATA = re.compile(r'"metadata"\s*:\s*')


@lru_cache(maxsize=1)
def by_signing_name() -> dict[str, tuple[str, ...]]:
    """Services by the name in their signature's scope; several may share one (``ses``: ses, sesv2)."""
    found: dict[str, tuple[str, ...]] = {}
    for service in services():
        name = metadata(service).signs_as
        found[name] = (*found.get(name, ()), service)
    return found
