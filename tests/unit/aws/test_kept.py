"""What a new snapshot takes from the one before it: what did not change, is not old, and was read whole."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from doctor.aws.draft import Draft
from doctor.aws.kept import KEEP, Kept
from doctor.model.call import Call, Gap, Reason
from doctor.model.function import Alias, Function
from doctor.model.snapshot import Scope, Snapshot
from doctor.testing.world import ACCOUNT, NOW, REGION

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
BEFORE = NOW - timedelta(minutes=10)
KNOWN = Function(function_name="f", function_arn=ARN, revision_id="r1", policy={"Statement": []}, tags={"a": "1"})
LISTED = Function(function_name="f", function_arn=ARN, revision_id="r1")
ALIAS = Alias(alias_arn=f"{ARN}:live", name="live", function_version="1")


def previous(function: Function = KNOWN, gaps: tuple[Gap, ...] = (), **fields: Any) -> Snapshot:
    scope = Scope(account=ACCOUNT, region=REGION)
    resources = {function.arn: function, ALIAS.arn: ALIAS}
    return Snapshot(**{"taken_at": BEFORE, "scope": scope, "resources": resources, "gaps": gaps, **fields})


def draft(*functions: str) -> Draft:
    scope = Scope(account=ACCOUNT, region=REGION, functions=functions)
    return Draft(None, scope, NOW, b"key")  # type: ignore[arg-type]  # nothing is read


def test_what_did_not_change_is_kept_whole_with_its_age() -> None:
    new = draft()

    assert Kept(previous(), KEEP).take(new, LISTED)
    assert new.resources == {ARN: KNOWN, ALIAS.arn: ALIAS}
    assert new.read_at == {ARN: BEFORE}


def test_its_age_is_that_of_the_reading_not_of_the_file() -> None:
    older = BEFORE - timedelta(minutes=20)
    new = draft()

    assert Kept(previous(read_at={ARN: older}), KEEP).take(new, LISTED)
    assert new.read_at == {ARN: older}


def gap(reason: Reason, operation: str = "GetPolicy") -> Gap:
    return Gap(reason=reason, call=Call(service="lambda", operation=operation), resource=ARN)


def test_what_may_not_be_read_stays_a_gap() -> None:
    new = draft()

    assert Kept(previous(gaps=(gap("denied"), gap("not_asked", "GetFunction"))), KEEP).take(new, LISTED)
    assert [one.reason for one in new._gaps] == ["denied"]


@pytest.mark.parametrize(
    "before",
    [
        None,
        previous(replace(KNOWN, revision_id="r0")),
        previous(replace(KNOWN, state="Pending")),
        previous(replace(KNOWN, last_update_status="InProgress")),
        previous(taken_at=NOW - timedelta(hours=2)),
        previous(read_at={ARN: NOW - timedelta(hours=2)}),
        previous(gaps=(gap("throttled"),)),
        previous(gaps=(gap("failed", "ListAliases"),)),
        previous(scope=Scope(account="210987654321", region=REGION)),
        previous(scope=Scope(account=ACCOUNT, region="us-east-1")),
        previous(resources={}),
    ],
    ids=["no snapshot", "revision", "pending", "updating", "old file", "old reading", "throttled", "failed", "account", "region", "new"],
)  # fmt: skip
def test_everything_else_is_read_again(before: Snapshot | None) -> None:
    new = draft()

    assert not Kept(before, KEEP).take(new, LISTED)
    assert new.resources == {}


def test_a_named_function_is_always_read() -> None:
    assert not Kept(previous(), KEEP).take(draft("f"), LISTED)
