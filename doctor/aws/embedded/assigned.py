"""Hand out recorded values where moto would invent one: the server's side of ``recorded``.

Moto has no way in for most of them, so a few of its functions are replaced, in this process only and with the first request that brings
recorded values. Without such values each of them does what moto's own does.
"""

import datetime as dt
import functools
import importlib
import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PRIVATE = r"(10|172|192)(\.\d+){3}"
_PUBLIC = rf"(?!{_PRIVATE})\d+(\.\d+){{3}}"
_INVENTORS = {
    "iam": {
        "moto.iam.models.random_role_id": r"AROA[0-9A-Z]{16,}",
        "moto.iam.models.random_policy_id": r"ANPA[0-9A-Z]{16,}",
        "moto.iam.models.random_resource_id": r"(AIDA|AGPA|AIPA|ASCA)[0-9A-Z]{16,}",
    },
    "ec2": {
        "moto.ec2.models.elastic_ip_addresses.random_ip": _PUBLIC,
        "moto.ec2.models.nat_gateways.random_private_ip": _PRIVATE,
        "moto.ec2.models.vpcs.random_private_ip": _PRIVATE,
    },
}
"""By service: moto's functions that invent a value, and the form of the recorded value to return instead."""
_NOTHING = r"(?!)"  # matches nothing
_NAMED = {"secretsmanager": r"[A-Za-z0-9]{6}", "apigateway": r"[a-z0-9]{10}"}
"""Services that ask moto's id manager: the form of the id, which of a secret is the end of its ARN."""


@dataclass
class Recorded:
    """What one request brought; see ``doctor.aws.embedded.recorded.recorded``."""

    ids: list[str] = field(default_factory=list)
    at: float | None = None
    version: str | None = None
    revision: str | None = None

    def take(self, pattern: str) -> str | None:
        """Return the first id of this form and forget it, so that it is given once."""
        for recorded_id in self.ids:
            if re.fullmatch(pattern, recorded_id):
                self.ids.remove(recorded_id)
                return recorded_id
        return None


_current: ContextVar[Recorded] = ContextVar("current")


def current() -> Recorded:
    """Return what the request that is being answered brought, empty when it brought nothing."""
    return _current.get(None) or Recorded()


def restoring() -> bool:
    """Tell whether the request puts back what was recorded, and may therefore name what no longer exists."""
    return _current.get(None) is not None


def new_uuid() -> str:
    """Return the next recorded UUID, or a new one."""
    return current().take(_UUID) or str(uuid.uuid4())


@contextmanager
def values(header: str, service: str, account: str, region: str) -> Iterator[None]:
    """Make ``header`` the ``current`` values while a request to a service is answered."""
    if not header:
        yield
        return
    _install()
    _install_for(service)
    if service == "ec2":
        # Looking at a region for the first time makes its default VPC, and that of us-east-1, which must not take what was recorded for another.
        backends = importlib.import_module("moto.ec2.models").ec2_backends[account]
        _ = backends[region], backends["us-east-1"]
    token = _current.set(Recorded(**json.loads(header)))
    try:
        yield
    finally:
        _current.reset(token)


@functools.cache
def _install() -> None:
    """Put our functions before moto's, once, where they are not of one service."""
    import moto.core.utils
    from moto.moto_api._internal import mock_random
    from moto.utilities.id_generator import moto_id_manager

    invented_uuid = mock_random.uuid4
    mock_random.uuid4 = lambda: uuid.UUID(found) if (found := current().take(_UUID)) else invented_uuid()  # type: ignore[method-assign]
    moto.core.utils.datetime = _Datetime(dt)  # type: ignore[attr-defined,assignment]
    moto_id_manager.add_id_source(
        lambda context: current().take(_NAMED.get(context["resource_identifier"].service, _NOTHING))
    )


@functools.cache
def _install_for(service: str) -> None:
    """Put our functions before those of one service, once."""
    for path, pattern in _INVENTORS.get(service, {}).items():
        module, _, name = path.rpartition(".")
        found = importlib.import_module(module)
        setattr(found, name, _recorded_or(pattern, getattr(found, name)))
    if service == "ec2":
        ec2 = importlib.import_module("moto.ec2.utils")
        invented = ec2.random_id
        ec2.random_id = lambda prefix="", size=17: (  # type: ignore[attr-defined]
            current().take(rf"{prefix}-[0-9a-f]+") or invented(prefix, size)
        )
    if service == "apigateway":  # which version 2 is signed for as well
        _let_apis_keep_ids(importlib.import_module("moto.apigatewayv2.models").Api)


def _let_apis_keep_ids(api: Any) -> None:
    """Rename an API as soon as it is made: its id is invented letter by letter."""
    initialise = api.__init__

    def __init__(self: Any, *arguments: Any, **keywords: Any) -> None:  # noqa: N807 - it stands in for one
        initialise(self, *arguments, **keywords)
        if recorded_id := current().take(r"[a-z0-9]{10}"):
            tags = self.backend.get_tags(self.arn)
            for name in ("api_endpoint", "arn", "api_id"):
                setattr(self, name, getattr(self, name).replace(self.api_id, recorded_id))
            self.backend.tag_resource(self.arn, tags)

    api.__init__ = __init__


def _recorded_or(pattern: str, invent: Callable[..., str]) -> Callable[..., str]:
    return lambda *arguments, **keywords: current().take(pattern) or invent(*arguments, **keywords)


class _Moment(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "dt.datetime":  # type: ignore[override]
        at = current().at
        return dt.datetime.now(tz) if at is None else dt.datetime.fromtimestamp(at, tz)


class _Datetime:
    """The ``datetime`` module, but its ``now`` is the recorded moment where there is one.

    Every creation date in moto goes through ``moto.core.utils.utcnow``, which looks this module up by name.
    """

    datetime = _Moment

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)
