"""Bad days: a front before the account lets every call fail in every way, in turn. What fails is a gap or is tried again."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import get_args

import pytest

from doctor.aws import session
from doctor.aws.embedded.account import Embedded
from doctor.aws.pacing import Pacing
from doctor.aws.session import Aws, connect
from doctor.aws.stages import collect
from doctor.cli.collect import verdict
from doctor.cli.exit import ExitCode
from doctor.errors import AwsUnavailable
from doctor.model.call import Gap
from doctor.model.function import Function
from doctor.model.identity import ManagedPolicy, Role
from doctor.model.invoking import LayerVersion
from doctor.model.organization import OrganizationTarget
from doctor.model.snapshot import Identity, Scope, Snapshot
from doctor.model.sources import Api
from doctor.model.target import Target
from tests.bench.collecting import REGION
from tests.bench.front import Fault, Front, serve
from tests.e2e.one_of_everything import IMAGE, KINDS, NAME, build

Names = tuple[str, ...]
ALL: Names = ()
ONE: Names = (NAME, IMAGE)
FUNCTION = f"arn:aws:lambda:{REGION}:123456789012:function:{NAME}"
FAULTS: tuple[Fault, ...] = get_args(Fault)
LASTING = {"denied": "denied", "throttled": "throttled"}
"""The reason of the gap that a lasting fault leaves; every other one is a read that failed."""


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with Embedded.start(region=REGION) as embedded, pytest.MonkeyPatch.context() as patch:
        for name, value in embedded.environment().items():
            patch.setenv(name, value)
        patch.setattr(session, "_PAUSE", 0.001)
        build(embedded)
        with serve(Front(embedded.endpoint.removeprefix("http://"), patience=0.5)) as front:
            yield front


@pytest.fixture(scope="module")
def account(front: Front) -> tuple[Aws, Identity]:
    return connect(Target(endpoint=front.endpoint), timeouts=(10, 10))


@pytest.fixture(scope="module")
def account_of(front: Front, account: tuple[Aws, Identity]) -> Callable[[Fault], tuple[Aws, Identity]]:
    """The account for a fault: of one that holds answers back, none is waited for as long."""
    impatient = connect(Target(endpoint=front.endpoint), timeouts=(0.3, 0.3))
    return lambda fault: impatient if fault == "timeout" else account


@contextmanager
def failing(front: Front, fault: Callable[[str], Fault | None]) -> Iterator[None]:
    """Let calls fail inside the context."""
    front.fault = fault
    try:
        yield
    finally:
        front.fault = lambda _: None


def collected(account: tuple[Aws, Identity], *functions: str, patience: float = 0.02) -> Snapshot:
    aws, who = account
    aws.pacing = Pacing(None, patience)
    scope = Scope(account=aws.account, region=aws.region, functions=functions)
    job = collect(aws, who, scope, datetime.now(UTC), b"key")
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def healthy(front: Front, account: tuple[Aws, Identity]) -> dict[Names, Snapshot]:
    """What is read on a good day, by the functions that are named."""
    found = {names: collected(account, *names) for names in (ALL, ONE)}

    wrong = [gap for one in found.values() for gap in one.gaps if gap.reason != "not_asked"]
    assert {(gap.reason, gap.call.name) for gap in wrong} == {
        ("unsupported", "lambda:GetFunction"),
        ("unsupported", "ecr:BatchGetImage"),
    }
    assert {gap.resource for gap in wrong if gap.call.service == "lambda"} == {FUNCTION.replace(NAME, IMAGE)}
    return found


def seen(snapshot: Snapshot) -> dict[str, object]:
    """What was read; a role or policy that one listing does not tell is read by itself, and has other times and counts then."""
    either_way = Role, ManagedPolicy
    return {arn: type(one) if isinstance(one, either_way) else one for arn, one in snapshot.resources.items()}


def beyond(snapshot: Snapshot, healthy: Snapshot) -> list[Gap]:
    """The gaps that a good day does not leave."""
    return [gap for gap in snapshot.gaps if gap.reason != "not_asked" and gap not in healthy.gaps]


def test_everything_that_a_diagnosis_needs_is_read(healthy: dict[Names, Snapshot]) -> None:
    resources = healthy[ONE].resources
    function = resources[FUNCTION]
    api = next(one for one in resources.values() if isinstance(one, Api))

    every = {**healthy[ALL].resources, **resources}

    assert KINDS - {type(one).__name__ for one in every.values()} == set()
    assert isinstance(function, Function)
    assert function.function_url_config is not None
    assert function.function_url_config.auth_type == "AWS_IAM"
    assert function.event_invoke_config is not None
    assert function.event_invoke_config.maximum_retry_attempts == 1
    assert (function.recursive_loop, function.package is not None) == ("Terminate", True)
    assert resources[f"{FUNCTION}:live"].provisioned_concurrency_config is not None  # type: ignore[union-attr]
    assert [(one.route, one.timeout_in_millis) for one in api.integrations] == [("GET /", 20_000)]
    layer = next(one for one in resources.values() if isinstance(one, LayerVersion))
    assert layer.package is not None
    assert layer.package.top_level == ("app.py",)
    levels = [one.level for one in resources.values() if isinstance(one, OrganizationTarget) and one.policies]
    assert sorted(levels) == [0, 1]


SOME = ("lambda:GetPolicy", "iam:GetAccountAuthorizationDetails", "s3:GET /incoming?policy", "ec2:DescribeRouteTables")
"""One of each way in which AWS answers."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_call_that_fails_for_good_is_a_gap_that_says_so(
    front: Front,
    account_of: Callable[[Fault], tuple[Aws, Identity]],
    healthy: dict[Names, Snapshot],
    fault: Fault,
) -> None:
    """What every kind of call does under every fault is tried in ``test_every_fault``, without a wire."""
    failed = {SOME[FAULTS.index(fault) % len(SOME)]}
    with failing(front, lambda asked: fault if asked in failed else None):
        snapshot = collected(account_of(fault), *ONE)
    gaps = [gap for gap in beyond(snapshot, healthy[ONE]) if gap.reason != "absent"]

    assert {gap.reason for gap in gaps} == {LASTING.get(fault, "failed")} or seen(snapshot) == seen(healthy[ONE])
    assert all(gap.error for gap in gaps)


@pytest.mark.parametrize("fault", [one for one in FAULTS if one != "denied"])
def test_a_call_that_fails_once_is_tried_again(
    front: Front,
    account_of: Callable[[Fault], tuple[Aws, Identity]],
    healthy: dict[Names, Snapshot],
    fault: Fault,
) -> None:
    failed: set[str] = set()

    def once(call: str) -> Fault | None:
        if call in failed or call.startswith("sts:"):
            return None
        failed.add(call)
        return fault

    with failing(front, once):
        snapshot = collected(account_of(fault), *ONE, patience=10)

    assert len(failed) > 70
    assert beyond(snapshot, healthy[ONE]) == []
    assert snapshot.resources == healthy[ONE].resources


def test_an_account_that_answers_nothing_is_all_gaps(front: Front, account: tuple[Aws, Identity]) -> None:
    with failing(front, lambda call: None if call.startswith("sts:") else "503"):
        snapshot = collected(account)

    assert snapshot.resources == {}
    assert {gap.call.name for gap in snapshot.gaps} >= {"lambda:ListFunctions", "lambda:ListEventSourceMappings"}
    assert verdict(snapshot) is ExitCode.NOT_SEEN


@pytest.mark.parametrize("fault", FAULTS)
def test_who_does_not_say_who_we_are_is_one_plain_line(front: Front, fault: Fault) -> None:
    of_all = failing(front, lambda call: fault if call.startswith("sts:") else None)
    with of_all, pytest.raises(AwsUnavailable) as error:
        connect(Target(endpoint=front.endpoint), paced=False, patience=0.02, timeouts=(0.3, 0.3))

    assert "\n" not in str(error.value)
    assert len(str(error.value)) > 20


def test_throttled_for_longer_than_patience_is_said(front: Front, account: tuple[Aws, Identity]) -> None:
    with failing(front, lambda call: "throttled" if call.startswith("lambda:") else None):
        snapshot = collected(account)

    assert {gap.reason for gap in snapshot.gaps if gap.call.service == "lambda"} == {"throttled"}
    assert verdict(snapshot) is ExitCode.NOT_SEEN


def test_when_another_client_eats_the_quota_nothing_is_lost(
    front: Front, account: tuple[Aws, Identity], healthy: dict[Names, Snapshot]
) -> None:
    """Every third call is throttled, whoever sends it."""
    turns = itertools.count()
    with failing(front, lambda _: "throttled" if next(turns) % 3 == 0 else None):
        snapshot = collected(account, *ONE, patience=30)

    assert snapshot.resources == healthy[ONE].resources
    assert beyond(snapshot, healthy[ONE]) == []
