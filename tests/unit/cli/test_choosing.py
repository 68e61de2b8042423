"""Which findings a fix is for."""

from argparse import Namespace

import pytest

from doctor.cli.choosing import chosen
from doctor.cli.looking import Looked
from doctor.cli.main import parser
from doctor.engine.diagnose import diagnose
from doctor.errors import UsageError
from doctor.model.function import Function
from doctor.model.target import Target
from doctor.pipeline import Case
from doctor.rules_api import Fix, lambda_, sqs
from doctor.testing.world import feeds, function, queue, world
from tests.unit.engine import rules
from tests.unit.engine.rules import made

F, G = function("f", timeout=3), function("g", timeout=3)
Q = queue()
HIDE = Fix(title="hide", steps=(sqs.set_visibility_timeout(Q, 60),))


def looked() -> Looked:
    before = world(F, G, Q, feeds(Q, F), feeds(Q, G))
    known = [
        made(lambda function: [rules.problem(function, fixes=(HIDE,))], name="shared", function=Function),
        made(
            lambda function: [
                rules.problem(function, fixes=(Fix(title="t", steps=(lambda_.set_timeout(function, 6),)),))
            ],
            name="own",
            function=Function,
        ),
        made(lambda function: [rules.problem(function)], name="by-hand", function=Function),
    ]
    case = Case(target=Target(), account=None, world=before, rules=known)
    return Looked(case=case, diagnosis=diagnose(before, known))


def pick(function: str = "f", **given: object) -> tuple[list[str], list[str]]:
    account = parser(["check"]).parse_args(["check", "--demo"])
    chosen_by = {"function": function, "finding": [], "all": False, "incident": False}
    arguments = Namespace(**{**vars(account), **chosen_by, **given})
    findings, left = chosen(looked(), arguments)
    return [f"{one.rule} {one.subject.rsplit(':', 1)[-1]}" for one in findings], left


def test_without_a_word_it_is_the_first_and_the_others_are_named() -> None:
    findings, left = pick()

    assert len(findings) == 1
    assert len(left) == 2


def test_findings_are_chosen_by_their_rules() -> None:
    assert pick(finding=["own", "shared"]) == (["own f", "shared f"], [])


def test_all_are_those_that_can_be_sent() -> None:
    assert pick(all=True) == (["own f", "shared f"], ["by-hand"])


def test_an_incident_is_the_root_that_most_functions_suffer_from() -> None:
    assert pick("", incident=True) == (["shared f", "shared g"], [])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"finding": ["nope"]}, "f: no finding 'nope'; see 'doctor why f --demo'"),
        ({"function": "", "incident": True, "finding": ["own"]}, "no root of own that several functions suffer from"),
    ],
)
def test_what_there_is_not_is_said(given: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        pick(**given)  # type: ignore[arg-type]
