"""What functions fetch, and who may: secrets without their values, by the names of Secrets Manager's API."""

from typing import Any

import msgspec

from doctor.model.record import Shape, Time


class Secret(Shape, tag_field="type", tag="AWS::SecretsManager::Secret"):
    """A secret as ``DescribeSecret`` and ``GetResourcePolicy`` tell it; its value is never read."""

    arn: str = msgspec.field(name="ARN")
    name: str = ""
    kms_key_id: str = ""
    """Empty: AWS's own key of the account, which other accounts cannot use."""
    rotation_enabled: bool = False
    deleted_date: Time | None = None
    """Since when it waits for its deletion, and nobody can fetch it."""
    owning_service: str = ""
    policy: dict[str, Any] | None = None
    """``None``: there is none, or it was not read (see the gaps)."""
