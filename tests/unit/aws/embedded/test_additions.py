"""Each addition makes the embedded account do what AWS does, and is still needed for it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from doctor.aws.embedded.additions import all_additions
from tests.unit.aws.embedded.lambda_cases import LAMBDA
from tests.unit.aws.embedded.other_cases import OTHERS
from tests.unit.aws.embedded.probe import Account, Case

CASES = LAMBDA.rows + OTHERS.rows
ACTIONS_ONLY = {"managed policies", "default VPC"}  # what moto lacks is a way in; test_control has them


@pytest.mark.parametrize("case", CASES)
def test_the_embedded_account_does_what_aws_does(case: Case, account: Account) -> None:
    assert case.observe(account) == case.expected


@pytest.mark.parametrize("case", CASES)
def test_moto_still_needs_it(case: Case, moto: Account) -> None:
    assert case.observe(moto) != case.expected, f"moto now does this: delete it from the addition {case.addition!r}"


def test_every_addition_has_a_case() -> None:
    covered = {row.values[0].addition for row in CASES}

    assert {addition.name for addition in all_additions()} - ACTIONS_ONLY == covered


def test_every_addition_gives_a_reason_in_one_line() -> None:
    for addition in all_additions():
        assert addition.reason
        assert "\n" not in addition.reason


def test_of_two_changes_to_one_revision_one_wins(account: Account) -> None:
    """The check of a revision and the change behind it are one step, however many clients there are."""
    revision = account.function()["RevisionId"]

    def change(timeout: int) -> bool:
        answer = account.lambda_("update_function_configuration", Timeout=timeout, RevisionId=revision)
        return answer != "PreconditionFailedException"

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(change, range(1, 17)))

    assert won.count(True) == 1
