"""What is true of every shipped rule, over all of its cases: the truths of ``doctor rules test``, and those of this house."""

from pathlib import Path

import pytest

from doctor.aws.parameters import complaints
from doctor.engine.world import World
from doctor.model.finding import Finding, Fix
from doctor.shelf import catalogue, load_rule
from doctor.testing.trial import Trial, cases_of, trial
from doctor.testing.truths import OF_BROKEN, OF_FIX, OF_HEALTHY, OF_RULE, OfFix, OfRule, OfWorld, sent

ROOT = Path(__file__).parent.parent
PATHS = sorted((ROOT / "rules").glob("*/*.py"))
RULES = {path: one for path in PATHS for one in load_rule(path)}
TRIALS = [trial(one, path, RULES.values()) for path, one in RULES.items()]
CATALOGUE = catalogue()
STANDS_IN = {"denial-in-aws-words"}
"""Rules that say what others would, where these cannot look."""

EVERY = pytest.mark.parametrize("one", TRIALS, ids=lambda one: one.rule.name)
BROKEN = [
    pytest.param(one, world, id=f"{one.rule.name}: {name}") for one in TRIALS for name, world in one.broken.items()
]
HEALTHY = [
    pytest.param(one, world, id=f"{one.rule.name}: {name}") for one in TRIALS for name, world in one.healthy.items()
]
FIXES = [
    pytest.param(one, world, finding, fix, id=f"{one.rule.name}: {name}")
    for one in TRIALS
    for name, world, finding, fix in one.fixes()
]


def _named(truths: tuple[OfRule | OfWorld | OfFix, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("truth", truths, ids=lambda truth: truth.__name__)


def test_there_are_rules() -> None:
    assert RULES


def test_every_case_belongs_to_a_rule() -> None:
    cases = set((ROOT / "tests" / "cases").glob("*/*.py"))

    assert cases <= {cases_of(path) for path in PATHS}


@EVERY
@_named(OF_RULE)
def test_of_every_rule_it(truth: OfRule, one: Trial) -> None:
    assert list(truth(one)) == []


@pytest.mark.parametrize(("one", "world"), BROKEN)
@_named(OF_BROKEN)
def test_in_what_is_broken_it(truth: OfWorld, one: Trial, world: World) -> None:
    assert list(truth(one, world)) == []


@pytest.mark.parametrize(("one", "world"), HEALTHY)
@_named(OF_HEALTHY)
def test_in_what_is_healthy_it(truth: OfWorld, one: Trial, world: World) -> None:
    assert list(truth(one, world)) == []


@pytest.mark.parametrize(("one", "world", "finding", "fix"), FIXES)
@_named(OF_FIX)
def test_a_fix(truth: OfFix, one: Trial, world: World, finding: Finding, fix: Fix) -> None:
    assert list(truth(one, world, finding, fix)) == []


@pytest.mark.parametrize(("one", "world", "finding", "fix"), FIXES)
def test_every_call_of_a_fix_and_of_its_undo_is_one_that_botocore_accepts(
    one: Trial, world: World, finding: Finding, fix: Fix
) -> None:
    for call in sent(world, finding, fix):
        assert complaints(call) == ""


@EVERY
def test_a_shipped_page_says_which_known_failures_it_covers(one: Trial) -> None:
    assert one.rule.covers or one.rule.name in STANDS_IN
    assert set(one.rule.covers) <= CATALOGUE
    assert "\nSee: https://docs.aws.amazon.com/" in one.rule.page


@EVERY
def test_no_other_rule_covers_the_same_failure(one: Trial) -> None:
    others = {entry for other in TRIALS if other is not one for entry in other.rule.covers}

    assert not others & set(one.rule.covers)
