"""The key that a function's environment variables are encrypted with."""

from typing import ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.permissions import Permissions
from doctor.engine.facts.role_needs import KEY_READS
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.decision import Decision
from doctor.model.function import Function
from doctor.model.sources import Key


class EnvironmentKey(Fact):
    """The customer's key of one version, if it has one, and whether the role may decrypt with it."""

    reads = KEY_READS
    parts: ClassVar[tuple[str, ...]] = Permissions.reads

    arn: str = ""
    """Empty: none, and Lambda uses a key of AWS's own."""
    key: Key | None = None
    gone: Gap | None = None
    """What KMS said, where there is no such key."""
    may_decrypt: Decision | None = None
    """By the role's policies, the key's policy and its grants; ``None``: not asked."""
    permissions: Permissions | None = None
    unseen: Gap | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find the key; raises ``Unseen`` when it was not read. What of the role was not read is told when it is asked for."""
        arn = subject.kms_key_arn
        if not arn:
            return cls()
        gaps = [gap for read in KEY_READS if (gap := world.gap(read, arn)) is not None]
        gap = min(gaps, key=lambda one: one.reason == "absent", default=None)
        if gap is not None and gap.reason == "absent" and gap.resource == arn:
            return cls(arn=arn, gone=gap)
        if gap is not None:
            raise Unseen(gap)
        key = world.get(arn, Key)
        if key is None:
            raise Unseen(Gap(reason="not_asked", call=Call(service="kms", operation="DescribeKey"), resource=arn))
        permissions = world.fact(Permissions, subject)
        if permissions.unseen is not None:
            return cls(arn=arn, key=key, unseen=permissions.unseen)
        context = {
            "kms:EncryptionContext:aws:lambda:FunctionArn": arns.unqualified(subject.arn),
            "kms:ViaService": f"lambda.{arns.region(subject.arn)}.amazonaws.com",
        }
        decision = permissions.lets_lambda("kms:Decrypt", arn, context)
        return cls(arn=arn, key=key, may_decrypt=decision, permissions=permissions)

    def require_all(self) -> None:
        """Raise ``Unseen`` when the role was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)
