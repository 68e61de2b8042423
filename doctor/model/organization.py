"""AWS Organizations: what bounds a whole account, level by level."""

from typing import Any

from doctor.model.record import Shape


class OrganizationPolicy(Shape):
    """A policy of an organization that is attached to a target."""

    id: str
    name: str = ""
    type: str = ""
    """``SERVICE_CONTROL_POLICY`` or ``RESOURCE_CONTROL_POLICY``."""
    content: dict[str, Any] = {}


class OrganizationTarget(Shape, tag_field="type", tag="AWS::Organizations::Target"):
    """A root, an organizational unit or the account itself, on the way from the root to the account.

    A call must be allowed by the policies of each type at each of them.
    """

    arn: str
    target_id: str
    level: int
    """0 for the root; the account has the highest."""
    policies: tuple[OrganizationPolicy, ...] = ()
