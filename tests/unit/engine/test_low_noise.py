"""Silence where all is well: no finding on healthy functions, and a report of one line."""

import random
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from doctor.cli.main import main
from doctor.engine.diagnose import diagnose
from doctor.engine.world import World
from doctor.model.call import Call, Gap
from doctor.model.finding import Diagnosis, Severity
from doctor.model.function import EphemeralStorage, Function
from doctor.model.identity import Role
from doctor.model.snapshot import Snapshot
from doctor.model.telemetry import Invocation
from doctor.shelf import demo, shipped_rules
from doctor.store import snapshots
from doctor.testing.world import ACCOUNT, NOW, function, ran, snapshot

LOOK_ALIKES = (
    "receipt-render",
    "checkout-tax",
    "crm-export",
    "ledger-export",
    "price-lookup",
    "order-intake",
    "refund-audit",
    "contact-verify",
    "label-preview",
    "parcel-notify",
    "usage-digest",
    "stock-level",
)
RUNTIMES = {
    "python3.12": ("app.handler", 900),
    "python3.13": ("src/orders/main.handler", 900),
    "nodejs22.x": ("index.handler", 700),
    "nodejs24.x": ("dist/index.handler", 700),
    "java21": ("com.example.Handler::handleRequest", 2600),
    "dotnet8": ("Orders::Orders.Function::Handle", 2200),
    "ruby3.4": ("app.handler", 600),
    "provided.al2023": ("bootstrap", 90),
}
"""A handler, and the milliseconds that a cold start of such a runtime may well take."""


def loud(said: Diagnosis) -> list[tuple[str, str, str]]:
    """Findings at or above medium."""
    return [
        (one.rule, one.subject, one.problem.message)
        for one in said.findings
        if one.severity.rank <= Severity.MEDIUM.rank
    ]


def test_the_incidents_look_alikes_are_well() -> None:
    world = World(snapshots.read(demo()))
    said = diagnose(world, shipped_rules(advice=True))
    arns = {one.arn for one in world.all(Function) if one.function_name in LOOK_ALIKES}

    assert len({one.function_name for one in world.all(Function) if one.arn in arns}) == len(LOOK_ALIKES)
    worse = [one for one in said.findings if one.severity is not Severity.INFO]  # one of them is in one zone only
    assert [one for one in worse if arns & set(one.affects)] == []
    assert [one for one in said.explanations if one.observation.function in arns] == []


def healthy(number: int) -> tuple[Function, tuple[Invocation, ...]]:
    """A function as there are many: used between rarely and often, far enough from its limits."""
    chance = random.Random(number)
    runtime, (handler, cold) = chance.choice(list(RUNTIMES.items()))
    memory = chance.choice([128, 256, 512, 1024, 1769, 3008, 10_240])
    timeout = chance.choice([3, 5, 10, 30, 60, 300, 900])
    made = function(
        f"function-{number:03d}",
        runtime=runtime,
        handler=handler,
        memory_size=memory,
        timeout=timeout,
        architectures=(chance.choice(["x86_64", "arm64"]),),
        ephemeral_storage=EphemeralStorage(size=chance.choice([512, 2048])),
        role=f"arn:aws:iam::{ACCOUNT}:role/function-{number:03d}-role",
        last_modified=(NOW - timedelta(days=chance.randint(1, 90))).isoformat(),
    )
    return made, tuple(used(made, chance, cold))


def used(made: Function, chance: random.Random, cold: float) -> list[Invocation]:
    """Its invocations, over a few environments that begin cold; what they take and use varies as it does."""
    ran_before: set[int] = set()
    found = []
    for number in range(chance.choice([0, 1, 5, 30, 120])):
        environment = chance.randint(0, 3)
        fresh = environment not in ran_before
        ran_before.add(environment)
        usual = chance.lognormvariate(-2.5, 0.8)
        found.append(
            ran(
                duration=min(usual, 0.6 * made.timeout),
                own=[(0.001, "INFO handled\n")],
                ago=10_000 - 80 * number,
                stream=f"e{environment}",
                init=chance.uniform(0.4, 1.0) * cold / 1000 if fresh else None,
                size=made.memory_size,
                used=int(made.memory_size * chance.uniform(0.3, 0.75)),
            )
        )
    return found


@pytest.fixture(scope="module")
def account() -> Snapshot:
    made = [healthy(number) for number in range(200)]
    roles = [Role(arn=one.role, role_name=one.role.rpartition("/")[2]) for one, _ in made]
    return snapshot(
        *(one for one, _ in made), *roles, invocations={one.function_name: those for one, those in made if those}
    )


def test_two_hundred_healthy_functions_are_well(account: Snapshot) -> None:
    said = diagnose(World(account), shipped_rules())

    assert len(said.functions) == 200
    assert loud(said) == []
    assert (said.skips, said.crashes, said.explanations) == ((), (), ())


def test_advice_finds_nothing_loud_in_them_either(account: Snapshot) -> None:
    assert loud(diagnose(World(account), shipped_rules(advice=True))) == []


def test_a_check_of_them_prints_one_line(account: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "healthy.json"
    path.write_bytes(snapshots.encode(account))
    code = main(["check", "-s", str(path)])
    told = capsys.readouterr().out.splitlines()

    assert code == 0
    assert len(told) == 1
    assert "200 functions" in told[0]


def test_packages_that_were_not_asked_for_are_told_in_the_summary(
    account: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is found in what was not read, and it is never said that nothing is there."""
    call = Call(service="lambda", operation="GetFunction")
    gaps = tuple(Gap(reason="not_asked", call=call, resource=one.arn) for one in World(account).all(Function))
    path = tmp_path / "unread.json"
    path.write_bytes(snapshots.encode(replace(account, gaps=gaps)))
    said = diagnose(World(replace(account, gaps=gaps)), shipped_rules())
    code = main(["check", "-s", str(path)])
    told = " ".join(capsys.readouterr().out.split())
    strict = main(["check", "-s", str(path), "--strict"])
    again = " ".join(capsys.readouterr().out.split())

    assert {rule for one in said.skips for rule in one.rules} >= {"call-will-be-denied", "key-keeps-data-closed"}
    assert {one.subject for one in said.skips if "call-will-be-denied" in one.rules} == {*said.functions}
    assert (code, strict) == (0, 3)
    assert told == again
    assert told.startswith("0 findings in 200 functions")
    unlooked = sum(len(one.rules) for one in said.skips)
    assert told.endswith(f"; {unlooked} checks could not look (lambda:GetFunction not asked for)")
