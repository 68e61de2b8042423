"""What a decision costs: ``python -m tests.bench.bench_iam [SECONDS]``.

All figures are per second of CPU and come from one process, in turns, so that a neighbour's load falls on all of them.
Target: 30,000 decisions with conditions on the cases of ``tests/data/iam``; the proof of a literal fix within 2 s.

moto's evaluator decides the identity-based policies of the same cases. It is given no context, so it pays for no
condition, and it knows no other layer: what it does is less, not the same.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from statistics import median
from typing import Any

from moto.iam.access_control import IAMPolicy

from doctor.engine.diagnose import diagnose
from doctor.engine.plan import carry_out, plan
from doctor.engine.policy_proof import prove
from doctor.engine.world import World
from doctor.iam import catalogue
from doctor.iam.evaluate import Policies, judge
from doctor.iam.explain import decide
from doctor.iam.policy import compile_policy
from doctor.iam.proof import differences, witnesses
from doctor.iam.request import make_request
from doctor.shelf import all_rules
from doctor.testing.world import denied, function, role, world
from tests.unit.iam.iam_cases import load, policies_of, request_of

CASES = [*load("cases.json"), *load("truth.json")]
ROUNDS = 5
SESSION = "arn:aws:sts::111122223333:assumed-role/fn-role/f"


_MOTO = "moto, identity-based, no conditions"


def rate(job: Callable[[], int], seconds: float) -> float:
    """How often per second of CPU; ``job`` returns how many it did."""
    started, done = time.process_time(), 0
    while time.process_time() - started < seconds:
        done += job()
    return done / (time.process_time() - started)


def every(function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> Callable[[], int]:
    """A job that calls ``function`` once with each of the arguments."""
    fixed = list(arguments)

    def job() -> int:
        for one in fixed:
            function(*one)
        return len(fixed)

    return job


def calibration() -> int:
    """A loop of bare Python, for comparing machines."""
    return sum(1 for _ in range(1000))


def moto_job() -> tuple[Callable[[], int], int]:
    """moto's decision on the identity-based policies of every case that it can read, and how many these are."""

    def ask(policies: list[IAMPolicy], request: dict[str, Any]) -> None:
        for policy in policies:
            policy.is_action_permitted(request["action"], request["resource"])

    asked = []
    for case in CASES:
        policies = [IAMPolicy({"policy_document": json.dumps(one["document"])}) for one in case["policies"]["identity"]]
        with suppress(re.error):  # moto writes patterns into expressions without escaping: it fails on "**" and "("
            ask(policies, case["request"])
            asked += [(policies, case["request"])] if policies else []
    return every(ask, asked), len(asked)


def proof() -> tuple[float, int]:
    """Seconds of CPU, and how many questions, for proving that a literal statement grants what it says and nothing else."""
    table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
    old = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}
    new = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": table}]}
    before = Policies(identity=(compile_policy("old", old, "identity"),))
    after = Policies(identity=(*before.identity, compile_policy("doctor-1", new, "identity")))
    contexts = ({}, {"aws:RequestedRegion": "eu-west-1"})
    actions, arns = tuple(catalogue.all_actions()), witnesses(table)
    requests = (
        make_request(SESSION, action, arn, context) for context in contexts for arn in arns for action in actions
    )
    started = time.process_time()
    changed = list(differences(before, after, requests))
    assert {(one.action, one.resource) for one in changed} == {("dynamodb:GetItem", table)}
    return time.process_time() - started, len(actions) * len(arns) * len(contexts)


def rehearsed() -> tuple[float, int]:
    """Seconds of CPU, and how many requests are covered, for the same proof as a rehearsal makes it of a plan."""
    table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
    seen = world(function(role=role().arn), role(), invocations=[denied("dynamodb:PutItem", table)])
    finding = diagnose(seen, [one for one in all_rules([]) if one.name == "action-not-allowed"]).findings[0]
    planned = plan(seen, finding, finding.problem.fixes[0])
    after = World(carry_out(seen.snapshot, planned.steps))
    started = time.process_time()
    found = prove(seen, after, planned)
    assert found is not None
    assert not found.reasons
    return time.process_time() - started, found.asked


def main() -> None:
    """Print the figures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.5
    moto, read = moto_job()
    asked = [(policies_of(case), request_of(case)) for case in CASES]
    jobs = {
        "calibration loop": calibration,
        "decisions": every(judge, asked),
        "decisions, request built each time": every(
            lambda policies, case: judge(policies, request_of(case)),
            [(policies, case) for (policies, _), case in zip(asked, CASES, strict=True)],
        ),
        "decisions, explained": every(decide, asked),
        "policies compiled (all of a case)": every(policies_of, [(case,) for case in CASES]),
        _MOTO: moto,
    }
    measured: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            measured[name].append(rate(job, seconds / ROUNDS))
    base = median(measured[_MOTO])
    for name, rates in measured.items():
        print(f"{name:40} {median(rates):12,.0f} /s  {median(rates) / base:8.2f} x moto")
    print(f"{len(CASES)} cases; moto can read the identity-based policies of {read}")
    spent, questions = proof()
    print(f"{'proof of a literal fix, each asked':40} {spent:12.2f} s for {questions:,} questions before and after")
    spent, questions = rehearsed()
    print(f"{'the same in a rehearsal':40} {spent:12.2f} s for {questions:,} questions before and after")


if __name__ == "__main__":
    main()
