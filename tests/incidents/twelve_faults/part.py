"""What a module of this package adds to the account: functions with all that belongs to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from doctor.logs.invocations import LogEvent
from doctor.model.function import Function
from doctor.model.snapshot import Resource
from doctor.model.telemetry import Change, MetricSeries


@dataclass(frozen=True, kw_only=True)
class Part:
    """One function (its ``$LATEST``) and what there is in the account because of it."""

    function: Function
    resources: tuple[Resource, ...] = ()
    log: tuple[LogEvent, ...] = ()
    throttled: Mapping[datetime, int] = field(default_factory=dict)
    """How many calls were refused at that moment."""
    metrics: Mapping[str, tuple[MetricSeries, ...]] = field(default_factory=dict)
    """Beside the function's own: by ARN."""
    changes: tuple[Change, ...] = ()
