"""Several findings become one plan: what writes the same thing is one step, and what cannot be agreed on is said."""

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.plan import carry_out, plan, take_back
from doctor.engine.rehearse import in_model
from doctor.engine.world import World
from doctor.model.finding import Finding, Fix, Step
from doctor.model.function import Function
from doctor.model.plan import Plan
from doctor.rules_api import concurrency, event_sources, lambda_, sqs
from doctor.testing.world import alias, feeds, function, queue, world
from tests.unit.engine import rules
from tests.unit.engine.rules import made

F = function(timeout=3, memory_size=128)
LATEST = function("live", timeout=3)
V1 = function("live", version="1", timeout=3)
LIVE = alias("live", V1)
OTHER = function("other", timeout=3)
O1 = function("other", version="1", timeout=3)
ALWAYS = made(rules.always, function=Function)


def planned(before: World, *fixes: tuple[Step, ...]) -> Plan:
    finding = diagnose(before, [ALWAYS]).findings[0]
    first, *others = [(finding, Fix(title=f"fix {number}", steps=steps)) for number, steps in enumerate(fixes)]
    return plan(before, *first, *others)


def sent(one: Plan) -> list[tuple[str, dict[str, object]]]:
    """What is sent, without what names the resource."""
    names = ("FunctionName", "QueueUrl", "CodeSha256", "Description", "Name", "UUID")
    return [
        (step.name, {key: value for key, value in step.call.parameters.items() if key not in names})
        for step in one.steps
    ]


def test_two_settings_of_a_function_are_one_call() -> None:
    both = planned(world(F), (lambda_.set_timeout(F, 6),), (lambda_.set_memory_size(F, 256),))

    assert sent(both) == [("configure", {"Timeout": 6, "MemorySize": 256})]
    assert both.obstacles == ()
    assert both.title == "fix 0; fix 1"


@pytest.mark.parametrize(("one", "other"), [(6, 60), (60, 6), (6, 6)])
def test_of_two_amounts_the_larger_is_enough_for_both(one: int, other: int) -> None:
    both = planned(world(F), (lambda_.set_timeout(F, one),), (lambda_.set_timeout(F, other),))

    assert sent(both) == [("configure", {"Timeout": max(one, other)})]
    assert both.obstacles == ()


def test_two_handlers_cannot_be_agreed_on() -> None:
    both = planned(world(F), (lambda_.set_handler(F, "a.b"),), (lambda_.set_handler(F, "c.d"),))

    assert both.obstacles == (
        "lambda:UpdateFunctionConfiguration: two fixes want Handler to be a.b and c.d; choose one with --finding",
    )


def test_a_reservation_cannot_be_made_and_released() -> None:
    one = function(reserved_concurrent_executions=2)
    both = planned(world(one), (concurrency.reserve(one, 5),), (concurrency.release(one),))

    assert both.obstacles == (
        "release the reservation: another step sets ReservedConcurrentExecutions of f to something else",
    )


def test_a_version_is_published_once_for_two_settings() -> None:
    both = planned(world(LATEST, V1, LIVE), (lambda_.set_timeout(V1, 6),), (lambda_.set_memory_size(V1, 256),))

    assert [name for name, _ in sent(both)] == ["configure", "publish", "move alias live"]
    assert both.notes == ("alias live moves from version 1 to the new one",)


def test_a_queue_is_set_once_to_what_suffices_for_its_own_fix_and_for_the_longer_timeout() -> None:
    source = queue(visibility_timeout=10)
    before = world(F, source, feeds(source, F))
    both = planned(before, (sqs.set_visibility_timeout(source, 18),), (lambda_.set_timeout(F, 60),))

    assert sent(both) == [
        ("hide messages of q", {"Attributes": {"VisibilityTimeout": "360"}}),
        ("configure", {"Timeout": 60}),
    ]


def test_two_functions_behind_aliases_are_published_each_by_its_name() -> None:
    before = world(LATEST, V1, LIVE, OTHER, O1, alias("live", O1))
    both = planned(before, (lambda_.set_timeout(V1, 6),), (lambda_.set_timeout(O1, 6),))
    names = [step.name for step in both.steps]
    after = carry_out(before.snapshot, both.steps)

    assert len(set(names)) == len(names)
    assert {"publish live", "publish other"} <= set(names)
    assert [one.function_version for one in World(after).aliases(V1)] == ["2"]
    assert [one.function_version for one in World(after).aliases(O1)] == ["2"]
    assert take_back(after, both.steps).resources[LIVE.arn] == LIVE


def test_settings_of_a_poller_are_one_call() -> None:
    source = queue()
    mapping = feeds(source, F, state="Disabled")
    before = world(F, source, mapping)
    both = planned(before, (event_sources.enable(mapping),), (event_sources.limit_concurrency(mapping, 5),))

    assert sent(both) == [("enable the poller of q", {"Enabled": True, "ScalingConfig": {"MaximumConcurrency": 5}})]


def test_every_finding_must_be_gone() -> None:
    def short(function: Function) -> list[object]:
        return [rules.problem(function)] if function.timeout < 5 else []

    def small(function: Function) -> list[object]:
        return [rules.problem(function, "memory_size")] if function.memory_size < 200 else []

    known = [made(short, name="short", function=Function), made(small, name="small", function=Function)]
    findings: dict[str, Finding] = {one.rule: one for one in diagnose(world(F), known).findings}
    longer = (findings["short"], Fix(title="longer", steps=(lambda_.set_timeout(F, 6),)))
    larger = (findings["small"], Fix(title="larger", steps=(lambda_.set_memory_size(F, 256),)))
    nothing = (findings["small"], Fix(title="hardly", steps=(lambda_.set_memory_size(F, 130),)))

    assert in_model(world(F), plan(world(F), *longer, larger), known).reasons == ()
    assert in_model(world(F), plan(world(F), *longer, nothing), known).reasons == (
        "small of f would still be found after the change",
    )
