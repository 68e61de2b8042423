"""A function's world at the gate: what was not read is open, unless AWS's own denial settles it."""

import pytest

from doctor.engine.gating import FunctionView
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.triggers import Table
from doctor.testing.world import ACCOUNT, REGION, allow, denied, function, gap, role, with_gaps, world

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
PUT = Call(service="dynamodb", operation="PutItem", parameters={"TableName": "orders", "Item": {}})
MISSING = "because no identity-based policy allows the dynamodb:PutItem action"


def orders(*statements: dict[str, object], invocations: tuple[object, ...] = ()) -> World:
    """A function whose role has these statements; the table's own policy was not read."""
    made = world(
        function(role=role().arn),
        role(*statements),
        Table(table_arn=TABLE, table_name="orders"),
        invocations=invocations,
    )
    return with_gaps(made, gap("dynamodb:GetResourcePolicy", TABLE))


def decided(made: World) -> tuple[str, str]:
    (one,) = FunctionView(made, made.live[0]).decide(PUT)
    return one.result, " ".join(one.assumptions)


def test_a_resource_policy_that_was_not_read_leaves_it_open() -> None:
    assert decided(orders())[0] == "depends"


def test_awss_own_denial_settles_it() -> None:
    made = orders(invocations=(denied("dynamodb:PutItem", TABLE, MISSING),))
    result, why = decided(made)

    assert result == "denied"
    assert "AWS denied the same request" in why


@pytest.mark.parametrize(
    "other",
    [
        denied("dynamodb:GetItem", TABLE, MISSING),
        denied("dynamodb:PutItem", f"{TABLE}-other", MISSING),
        denied("dynamodb:PutItem", TABLE, "because no VPC endpoint policy allows the dynamodb:PutItem action"),
    ],
)
def test_another_denial_does_not(other: object) -> None:
    assert decided(orders(invocations=(other,)))[0] == "depends"


def test_a_denial_is_over_when_the_role_allows_it() -> None:
    made = orders(allow("dynamodb:PutItem", TABLE), invocations=(denied("dynamodb:PutItem", TABLE, MISSING),))

    assert decided(made)[0] == "allowed"


def test_a_role_that_was_not_read_leaves_everything_open() -> None:
    made = with_gaps(world(function(role=role().arn)), gap("iam:GetRole", role().arn))
    result, why = decided(made)

    assert result == "depends"
    assert "iam:GetRole: denied" in why
