"""When the role of a function was changed, by CloudTrail."""

from datetime import datetime
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.permissions import policies_of
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.identity import Role
from doctor.model.telemetry import Change

_WRITES = (
    "PutRolePolicy",
    "DeleteRolePolicy",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "DeleteRolePermissionsBoundary",
    "CreatePolicyVersion",
    "SetDefaultPolicyVersion",
)


class RoleChanges(Fact):
    """The writes to the role of one version and to its policies in the last days, oldest first."""

    reads = ("cloudtrail:LookupEvents",)
    sure = True

    those: tuple[Change, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when the history was not read."""
        world.require("cloudtrail:LookupEvents")
        role = world.get(subject.role, Role)
        known = [subject.role, *policies_of(role)]
        names = {*known, *(arns.name(arn) for arn in known if arn)}
        found = [
            one for one in world.snapshot.changes if one.event_name in _WRITES and names.intersection(one.resources)
        ]
        return cls(those=tuple(sorted(found, key=lambda one: (one.event_time, one.event_id))))

    def last_before(self, moment: datetime) -> Change | None:
        """The latest that is not after a moment."""
        return next((one for one in reversed(self.those) if one.event_time <= moment), None)
