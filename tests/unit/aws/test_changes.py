"""What CloudTrail tells: who changed what, and what was refused; in one look where little was written, else by name."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from doctor.aws.collectors import changes
from doctor.aws.draft import Draft
from doctor.aws.kept import Kept
from doctor.model.call import Call, Gap
from doctor.model.function import Function, VpcConfig
from doctor.model.snapshot import Scope, Snapshot
from doctor.testing.world import ACCOUNT, NOW, REGION
from tests.unit.aws.told import ARN, NAME, ROLE, Told


def event(number: int, name: str, **told: Any) -> Any:
    """An event as LookupEvents tells it; ``told``: members of the record that CloudTrail wrote."""
    return {
        "EventId": f"e-{number}",
        "EventName": name,
        "EventTime": datetime(2026, 11, 20, tzinfo=UTC),
        "Username": "someone",
        "ReadOnly": "false",
        "Resources": [{"ResourceName": NAME}],
        "CloudTrailEvent": json.dumps(told),
    }


UPDATE = event(1, "UpdateFunctionCode20150331v2")
FAILED = event(2, "UpdateAlias20150331", errorCode="ResourceConflictException", errorMessage="busy")
REFUSED = event(
    3,
    "UpdateFunctionConfiguration20150331v2",
    errorCode="AccessDenied",
    errorMessage="not authorized to perform: iam:PassRole, password=hunter2",
    userIdentity={"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci"},
    requestParameters={"environment": "hunter2"},
)
OTHER = event(4, "CreateLogStream")


def draft_of(*events: Any, pages: int = 1, functions: tuple[str, ...] = ()) -> tuple[Draft, list[str]]:
    """A draft of an account with so many pages of writes, and what is looked up in it."""
    asked: list[str] = []

    class History(Told):
        def pages(self, call: Call, *_: object) -> Any:
            (attribute,) = call.parameters["LookupAttributes"]
            asked.append(f"{attribute['AttributeKey']}={attribute['AttributeValue']}")
            for number in range(pages if attribute["AttributeKey"] == "ReadOnly" else 1):
                yield {"Events": list(events), **({"NextToken": "more"} if number + 1 < pages else {})}

    draft = Draft(History(), Scope(account=ACCOUNT, region=REGION, functions=functions), NOW, b"k")  # type: ignore[arg-type]
    draft.add(Function(function_name=NAME, function_arn=ARN, role=ROLE, vpc_config=VpcConfig(subnet_ids=("s",))))
    return draft, asked


def found(draft: Draft) -> tuple[set[str], set[str]]:
    """The events that are changes, and those that were refused."""
    return set(draft.changes), set(draft.refused)


def test_of_a_quiet_account_one_look_tells_every_change() -> None:
    draft, asked = draft_of(UPDATE, FAILED, REFUSED, OTHER)
    changes.of_account(draft, None)

    assert asked == ["ReadOnly=false"]
    assert found(draft) == ({"e-1"}, {"e-3"}), "what failed changed nothing, and what was refused is told as such"


def test_a_refused_call_is_kept_without_what_it_carried() -> None:
    draft, _ = draft_of(REFUSED)
    changes.of_account(draft, None)
    (refused,) = draft.refused.values()

    assert (refused.error_code, refused.user_identity) == (
        "AccessDenied",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci",
    )
    assert "iam:PassRole" in refused.error_message
    assert "hunter2" not in repr(refused)


def test_of_a_busy_account_each_kind_of_write_is_looked_up() -> None:
    draft, asked = draft_of(UPDATE, pages=9)
    changes.of_account(draft, None)

    assert asked[0] == "ReadOnly=false"
    assert {"EventName=UpdateFunctionCode20150331v2", "EventName=PutTargets", "EventName=DeleteRoute"} <= set(asked)
    assert found(draft) == ({"e-1"}, set())


def test_of_functions_named_in_a_busy_account_each_is_looked_up() -> None:
    draft, asked = draft_of(UPDATE, pages=2, functions=(NAME,))
    changes.of_account(draft, None)

    assert asked[:3] == ["ReadOnly=false", f"ResourceName={NAME}", f"ResourceName={ARN}"]
    assert len([one for one in asked if one.startswith("EventName")]) == 8


@pytest.mark.parametrize(
    ("state", "refused", "asked_for"),
    [
        ("Active", (), []),
        ("Failed", (), ["ResourceName=orders"]),
        ("Active", (NAME,), ["ResourceName=orders"]),
        ("Active", ("someone",), []),
    ],
    ids=["quiet", "in trouble", "refused something", "somebody else was refused"],
)
def test_the_history_of_a_role_is_read_where_it_may_explain_trouble(
    state: str, refused: tuple[str, ...], asked_for: list[str]
) -> None:
    draft, asked = draft_of(functions=(NAME,))
    draft.add(replace(draft.all(Function)[0], state=state))
    for name in refused:
        changes._add(draft, [{**REFUSED, "Username": name}])
    changes.of_troubled_roles(draft)
    gaps = draft.finish(None, ()).gaps  # type: ignore[arg-type]

    assert asked == asked_for
    assert [gap.resource for gap in gaps] == ([] if asked_for else [f"{ROLE}:*"])


def test_what_functions_themselves_were_refused_is_told_and_what_they_wrote_is_not() -> None:
    draft, asked = draft_of(UPDATE, REFUSED)
    changes.by_function(draft, draft.all(Function)[0])

    assert asked == [f"Username={NAME}"]
    assert found(draft) == (set(), {"e-3"})


def before(age: timedelta, *gaps: Gap) -> Snapshot:
    draft, _ = draft_of(UPDATE)
    changes.of_account(draft, None)
    taken = draft.finish(None, changes.relevant(draft))  # type: ignore[arg-type]
    return replace(taken, taken_at=NOW - age, gaps=gaps)


def test_what_was_told_before_is_kept_and_only_what_came_since_is_asked_for() -> None:
    draft, _ = draft_of()
    since = Kept(before(timedelta(minutes=5)), timedelta(hours=1)).history(draft)
    changes.of_account(draft, since)

    assert since == NOW - timedelta(minutes=5)
    assert found(draft)[0] == {"e-1"}


def test_a_history_with_a_hole_or_of_long_ago_is_read_again() -> None:
    hole = Gap(reason="throttled", call=Call(service="cloudtrail", operation="LookupEvents"))
    for known in (before(timedelta(minutes=5), hole), before(timedelta(days=2)), None):
        draft, _ = draft_of()

        assert Kept(known, timedelta(hours=1)).history(draft) is None
        assert found(draft)[0] == set()
