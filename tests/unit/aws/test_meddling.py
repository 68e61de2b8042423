"""Somebody else changes what a fix is about, at whatever call of it: what they set stays as they set it, after the undo too."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doctor.aws.readback import values
from doctor.engine.operations import operation
from doctor.errors import DoctorError
from doctor.model.call import Call
from doctor.model.finding import Touched
from doctor.model.plan import Plan
from doctor.model.snapshot import Snapshot
from doctor.store import journal
from tests.unit.aws.modelled import Modelled
from tests.unit.aws.test_faults import EVERY_PLAN, heal, quick, sent, taken_back

__all__ = ["quick"]


RULE = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}
STATEMENT = {"Sid": "theirs", "Effect": "Deny", "Principal": "*", "Action": "lambda:*", "Resource": "*"}


def other(field: str, value: Any) -> Any:
    """Another value of a field; ``None``: there is none that says something."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 7
        case str():
            return f"{value}0"
        case [*elements] if elements:
            return elements[:-1]
        case [] | None if field.startswith("IpPermissions"):
            return [RULE]
        case {"Statement": [*statements], **rest}:
            return {**rest, "Statement": [*statements, STATEMENT]}
        case {**members} if members:
            name = min(members, key=str)
            changed = other(field, members[name])
            return None if changed is None else {**members, name: changed}
    return None


def parts(value: Any) -> set[bytes]:
    """The elements of a list, or the statements of a policy; of anything else, itself."""
    listed = value.get("Statement", value) if isinstance(value, dict) else value
    return {msgspec.json.encode(one) for one in (listed if isinstance(listed, list | tuple) else [listed])}


class Meddler:
    """Changes one field of one resource at one call, and remembers what it then shows."""

    def __init__(self, account: Modelled, arn: str, field: str, number: int) -> None:
        self.account, self.arn, self.field, self.number = account, arn, field, number
        self.before: set[bytes] = set()
        self.theirs: set[bytes] | None = None

    def __call__(self, number: int, _: Call) -> None:
        if number != self.number or self.arn not in self.account.snapshot.resources:
            return
        one = self.account.snapshot.resources[self.arn]
        raw = msgspec.to_builtins(one)
        changed = other(self.field, raw.get(self.field))
        if changed is not None:
            self.before = parts(raw.get(self.field))
            self.account.snapshot = self.account.snapshot.with_resources(
                msgspec.convert({**raw, self.field: changed, **_revised(raw)}, type(one))
            )
            self.theirs = self.shown

    @property
    def shown(self) -> set[bytes]:
        return parts(msgspec.to_builtins(self.account.snapshot.resources[self.arn]).get(self.field))

    @property
    def stands(self) -> bool:
        """Whether what they added is there, and what they took away is not."""
        assert self.theirs is not None
        return self.theirs - self.before <= self.shown and not self.shown & (self.before - self.theirs)


def _revised(raw: dict[str, Any]) -> dict[str, str]:
    return {"RevisionId": "theirs"} if "RevisionId" in raw else {}


def whole_run(snapshot: Snapshot, made: Plan, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Call], set[int]]:
    """The calls of an apply that nobody disturbs, and those before which nothing that changes can be seen any more.

    Where AWS compares no revision, the later of two writes wins between the last look and the write.
    """
    account = Modelled(snapshot)
    looks: list[int] = []

    def looking(aws: Any, touched: tuple[Touched, ...]) -> tuple[Touched, ...]:
        looks.append(len(account.sent))
        return values(aws, touched)

    with monkeypatch.context() as patched:
        patched.setattr("doctor.aws.apply.values", looking)
        assert sent(made, account).state == "applied"
    unseen: set[int] = set()
    for number, call in enumerate(account.sent):
        known = operation(call)
        if known is not None and not known.revision:
            unseen |= set(range(max(look for look in looks if look <= number) + 1, number + 1))
    return account.sent, unseen


@EVERY_PLAN
def test_what_somebody_else_sets_meanwhile_stays(
    snapshot: Snapshot, made: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "whole"))
    calls, unseen = whole_run(snapshot, made, monkeypatch)
    tried = 0
    for arn, field in sorted({(one.resource, one.field.split(".")[0].split("[")[0]) for one in made.touches}):
        for number, call in enumerate(calls):
            if number in unseen:
                continue
            monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / f"{tried}"))
            account = Modelled(snapshot)
            account.before = meddler = Meddler(account, arn, field, number)
            with suppress(DoctorError):
                sent(made, account)
            if meddler.theirs is None:
                continue
            tried += 1
            heal(account)
            where = f"{field} at call {number}: {call.name}"
            assert meddler.stands, where
            receipt = next(iter(journal.history()), None)
            if receipt is not None:
                with suppress(DoctorError):
                    taken_back(receipt, account)
                assert meddler.stands, f"{where}, then the undo"
    assert tried
