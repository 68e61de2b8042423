"""What is true of every rule, over all of its cases."""

import random
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from msgspec.structs import replace

from doctor.engine.diagnose import diagnose, examine
from doctor.engine.facts import Fact
from doctor.engine.operations.operation import same
from doctor.engine.plan import carry_out, plan, resolve, take_back
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import Applicability, Diagnosis, Finding, Fix
from doctor.model.function import Function
from doctor.model.snapshot import Snapshot
from doctor.shelf import catalogue, load_rule
from tests.world import gap, with_gaps

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"
PATHS = sorted((ROOT / "rules").glob("*/*.py"))
CATALOGUE = catalogue()


def _loaded() -> dict[Path, Rule]:
    return {path: one for path in PATHS for one in load_rule(path)}


RULES = _loaded()


def _cases(path: Path) -> ModuleType:
    return import_module(f"tests.cases.{path.parent.name}.{path.stem}")


def _has_cases(path: Path) -> bool:
    return (CASES / path.relative_to(ROOT / "rules")).is_file()


def _named(kind: str) -> Iterator[object]:
    for path, one in RULES.items():
        if not _has_cases(path):
            continue  # which a test of its own says
        for name, world in getattr(_cases(path), kind).items():
            yield pytest.param(one, world, id=f"{one.name}: {name}")


def _fixes() -> Iterator[object]:
    for parameter in _named("BROKEN"):
        one, world = parameter.values  # type: ignore[attr-defined]
        for finding in diagnose(world, [one]).findings:
            for number, fix in enumerate(finding.problem.fixes):
                if fix.steps:
                    yield pytest.param(one, world, finding, fix, id=f"{parameter.id}, fix {number}")  # type: ignore[attr-defined]


EVERY = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
BROKEN = pytest.mark.parametrize(("one", "world"), list(_named("BROKEN")))
HEALTHY = pytest.mark.parametrize(("one", "world"), list(_named("HEALTHY")))
FIXES = pytest.mark.parametrize(("one", "world", "finding", "fix"), list(_fixes()))


def test_there_are_rules() -> None:
    assert RULES


@EVERY
def test_a_rule_is_called_like_its_file(path: Path) -> None:
    assert RULES[path].name == path.stem.replace("_", "-")


@EVERY
def test_a_rule_has_broken_and_healthy_cases(path: Path) -> None:
    assert _has_cases(path)
    assert _cases(path).BROKEN
    assert _cases(path).HEALTHY


def test_every_case_belongs_to_a_rule() -> None:
    cases = {path.relative_to(CASES) for path in CASES.glob("*/*.py")}

    assert cases <= {path.relative_to(ROOT / "rules") for path in PATHS}


@EVERY
def test_a_page_says_what_the_rule_covers_how_to_fix_it_and_where_to_read_more(path: Path) -> None:
    one = RULES[path]

    assert one.covers
    assert set(one.covers) <= CATALOGUE
    assert "\nFix: " in one.page
    assert "\nSee: https://docs.aws.amazon.com/" in one.page
    assert one.summary.endswith(".")


@EVERY
def test_no_other_rule_covers_the_same_failure(path: Path) -> None:
    others = {entry for other, one in RULES.items() if other != path for entry in one.covers}

    assert not others & set(RULES[path].covers)


@BROKEN
def test_it_finds_what_is_broken(one: Rule, world: World) -> None:
    said = diagnose(world, [one])

    assert said.findings
    assert not said.crashes
    assert not said.skips
    assert all(finding.problem.evidence for finding in said.findings)


@BROKEN
def test_what_it_cites_is_in_the_snapshot(one: Rule, world: World) -> None:
    for finding in diagnose(world, [one]).findings:
        for evidence in finding.problem.evidence:
            found = _cited(world.snapshot.resources.get(evidence.resource), evidence.field)
            if found:
                assert evidence.value in found
            else:
                assert evidence.at is not None, f"{evidence.field} is no field, so it must be told when it was seen"


_PART = re.compile(r"(?P<name>\w+)(?:\[(?P<path>[^\]]+)\])?(?:\.|$)")


def _cited(resource: object, field: str) -> list[object]:
    """The values at a cited place: ``Timeout``, ``EphemeralStorage.Size``, ``Package.natives[x/_y.so].machine``."""
    found = [] if resource is None else [resource]
    for part in _PART.finditer(field):
        found = [value for one in found for value in _values(one, part["name"])]
        if part["path"]:
            found = [one for several in found for one in several if one.path == part["path"]]
    return found


def _values(one: Any, name: str) -> list[object]:
    if isinstance(one, dict):
        return [one[name]]
    ours = dict(zip(one.__struct_encode_fields__, one.__struct_fields__, strict=True)).get(name)
    return [getattr(one, ours)] if ours else []


@BROKEN
def test_findings_have_fingerprints_of_their_own(one: Rule, world: World) -> None:
    prints = [finding.fingerprint for finding in diagnose(world, [one]).findings]

    assert len(prints) == len(set(prints))


@BROKEN
def test_what_it_explains_was_seen(one: Rule, world: World) -> None:
    said = diagnose(world, [one])
    explained = {fingerprint for one in said.explanations for fingerprint in one.findings}

    assert {finding.fingerprint for finding in said.findings if finding.problem.explains} == explained


@HEALTHY
def test_it_is_silent_on_what_is_healthy(one: Rule, world: World) -> None:
    said = diagnose(world, [one])

    assert said.findings == ()
    assert said.skips == ()
    assert said.crashes == ()


@pytest.mark.parametrize("path", [path for path in PATHS if _has_cases(path)], ids=lambda path: path.stem)
def test_named_look_alikes_are_ruled_out_aloud(path: Path) -> None:
    cases, one = _cases(path), RULES[path]
    aloud = {name for name, world in cases.HEALTHY.items() if diagnose(world, [one]).ruled_out}

    assert aloud == set(getattr(cases, "RULED_OUT", ()))


@FIXES
def test_a_fix_leaves_no_finding_in_the_model(one: Rule, world: World, finding: Finding, fix: Fix) -> None:
    planned = plan(world, finding, fix)
    changed = World(carry_out(world.snapshot, planned.steps))

    assert planned.obstacles == ()
    assert finding.fingerprint not in _prints(diagnose(changed, [one]))
    assert _prints(diagnose(changed, [one])) < _prints(diagnose(world, [one]))


@FIXES
def test_the_undo_of_a_fix_restores_everything_but_what_aws_assigns(
    one: Rule, world: World, finding: Finding, fix: Fix
) -> None:
    steps = plan(world, finding, fix).steps
    changed = carry_out(world.snapshot, steps)
    back = take_back(changed, steps)

    assert changed != world.snapshot
    assert _without_what_aws_assigns(back, world.snapshot) == world.snapshot


@FIXES
def test_no_fix_brings_a_finding_of_another_rule(one: Rule, world: World, finding: Finding, fix: Fix) -> None:
    changed = World(carry_out(world.snapshot, plan(world, finding, fix).steps))
    others = [rule for rule in RULES.values() if rule != one]

    assert len(diagnose(changed, others).findings) <= len(diagnose(world, others).findings)


@FIXES
def test_every_rule_that_looked_at_what_a_fix_changes_looks_again(
    one: Rule, world: World, finding: Finding, fix: Fix
) -> None:
    changed = World(carry_out(world.snapshot, plan(world, finding, fix).steps))
    rules = list(RULES.values())

    assert examine(world, rules).again(changed).diagnosis == diagnose(changed, rules)


@FIXES
def test_every_call_of_a_fix_and_of_its_undo_is_one_that_botocore_accepts(
    one: Rule, world: World, finding: Finding, fix: Fix
) -> None:
    for step in plan(world, finding, fix).steps:
        for call in (step.call, step.undo, step.settled and step.settled.call):
            if call is not None:
                assert _complaints(resolve(call, {"publish": {"Version": "2"}})) == ""


@FIXES
def test_only_a_safe_or_unsafe_fix_has_steps(one: Rule, world: World, finding: Finding, fix: Fix) -> None:
    assert fix.applicability is not Applicability.MANUAL


@BROKEN
def test_it_skips_what_lies_behind_a_gap(one: Rule, world: World) -> None:
    found = {
        looked_at for finding in diagnose(world, [one]).findings for looked_at in finding.affects or (finding.subject,)
    }
    for need in (need for _, need in one.needs if issubclass(need, Fact)):
        for read in need.reads:
            said = diagnose(with_gaps(world, gap(read)), [one])

            assert said.findings == (), read
            assert said.crashes == (), read
            assert found <= {skip.subject for skip in said.skips}, read
            assert {skip.gap.call.name for skip in said.skips} == {read}


@BROKEN
def test_without_a_part_of_a_fact_the_rest_stands_and_the_part_is_skipped(one: Rule, world: World) -> None:
    found = _prints(diagnose(world, [one]))
    for part in (part for _, need in one.needs if issubclass(need, Fact) for part in need.parts):
        said = diagnose(with_gaps(world, gap(part)), [one])

        assert _prints(said) <= found, part
        assert said.crashes == (), part
        assert {skip.gap.call.name for skip in said.skips} <= {part}


@BROKEN
def test_the_diagnosis_does_not_depend_on_any_order(one: Rule, world: World) -> None:
    snapshot = replace(world.snapshot, gaps=(gap("ec2:DescribeVpcs"), gap("iam:GetRole"), gap("ec2:DescribeSubnets")))
    rules = list(RULES.values())
    expected = diagnose(World(snapshot), rules)
    for seed in range(5):
        shuffle = random.Random(seed)

        assert diagnose(World(_shuffled(snapshot, shuffle)), shuffle.sample(rules, len(rules))) == expected


def _shuffled(snapshot: Snapshot, shuffle: random.Random) -> Snapshot:
    resources, invocations = list(snapshot.resources.items()), list(snapshot.invocations.items())
    return replace(
        snapshot,
        resources=dict(shuffle.sample(resources, len(resources))),
        invocations=dict(shuffle.sample(invocations, len(invocations))),
        gaps=tuple(shuffle.sample(snapshot.gaps, len(snapshot.gaps))),
    )


def _prints(said: Diagnosis) -> set[str]:
    return {finding.fingerprint for finding in said.findings}


def _without_what_aws_assigns(back: Snapshot, before: Snapshot) -> Snapshot:
    """Published versions stay, which the operation declares, and a function's LastModified moves on with every change."""
    kept = {
        arn: before.resources[arn] if same(one, before.resources.get(arn)) else one
        for arn, one in back.resources.items()
        if arn in before.resources or not (isinstance(one, Function) and one.version.isdigit())
    }
    return replace(back, resources=kept)


_SESSION = botocore.session.get_session()


def _complaints(call: Call) -> str:
    shape = _SESSION.get_service_model(call.service).operation_model(call.operation).input_shape
    return str(ParamValidator().validate(call.parameters, shape).generate_report())
