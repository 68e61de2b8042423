"""Every fault at every call that reading an account takes: the end is a gap that names the call, or a way round, never a loss that is silent."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple, get_args

import pytest

from doctor.aws import packages, session
from doctor.aws.embedded.account import Embedded
from doctor.aws.pacing import Pacing
from doctor.aws.session import Aws, connect
from doctor.aws.stages import collect
from doctor.cli.collect import verdict
from doctor.cli.exit import ExitCode
from doctor.engine.reads import BESIDE, operations
from doctor.model import arns
from doctor.model.call import INTERRUPTED, Gap
from doctor.model.identity import ManagedPolicy, Role
from doctor.model.invoking import CodeSigningConfig
from doctor.model.snapshot import Identity, Scope, Snapshot
from doctor.model.target import Target
from doctor.shelf import all_rules
from doctor.store.snapshots import encode
from tests.bench.collecting import REGION
from tests.e2e.one_of_everything import IMAGE, NAME, build
from tests.e2e.replayed import Fault, Replayed


class Way(NamedTuple):
    """What is asked for, and what is refused from the beginning."""

    names: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def fault(self, name: str) -> "Fault | None":
        return "denied" if name in self.refused else None


ALL, ONE = Way(), Way((NAME, IMAGE))
BULK = ("iam:GetAccountAuthorizationDetails", "lambda:GetFunction", "lambda:ListVersionsByFunction")
WAYS = (ALL, ONE, Way(ONE.names, BULK))
"""The last one sends the calls that are sent only where others are refused."""
FAULTS: tuple[Fault, ...] = get_args(Fault)
REASON = {"denied": "denied", "throttled": "throttled"}
"""The reason of the gap that a fault leaves; that of every other one is a read that failed."""
ELSE = ("not_asked", "unsupported")
"""What follows from it is not asked for; a 404 that cannot be read is what a service answers that does not know the call."""
SHARE = 1 if os.environ.get("DOCTOR_FULL") else 6
"""One in so many pairs of a fault and a call is tried; each fault meets calls of every stage, and each call several faults."""
TRACE = "1-5759e988-bd862e3fe1be46a994272793"
SIGNER = f"arn:aws:lambda:{REGION}:123456789012:code-signing-config:csc-0123456789abcdef0"


class Account:
    """A small account with one of everything, whose answers are in memory."""

    def __init__(self, aws: Aws, who: Identity) -> None:
        self.aws, self.who, self.now = aws, who, datetime.now(UTC)
        self.replayed = Replayed(aws)
        self.replayed.amended = {
            "lambda:GetFunction": _signed,
            "lambda:GetFunctionCodeSigningConfig": lambda _: json.dumps({"CodeSigningConfigArn": SIGNER}).encode(),
            "xray:GetTraceSummaries": lambda _: json.dumps({"TraceSummaries": [{"Id": TRACE}]}).encode(),
            "xray:BatchGetTraces": lambda _: json.dumps({"Traces": [_trace()]}).encode(),
            "lambda:GetCodeSigningConfig": lambda _: json.dumps(
                {"CodeSigningConfig": {"CodeSigningConfigArn": SIGNER, "CodeSigningConfigId": "csc-0"}}
            ).encode(),
        }

    def collected(
        self, way: Way, fault: Callable[[str], Fault | None] = lambda _: None, patience: float = 0.01
    ) -> Snapshot:
        self.aws.pacing = Pacing(None, patience)
        scope = Scope(account=self.aws.account, region=self.aws.region, functions=way.names)
        job = collect(self.aws, self.who, scope, self.now, b"key")
        with self.replayed.failing(lambda name: way.fault(name) or fault(name)):
            while True:
                try:
                    next(job)
                except StopIteration as end:
                    return end.value  # type: ignore[no-any-return]


def _trace() -> dict[str, object]:
    """A function's own segment, with one call in it."""
    call = {
        "name": "DynamoDB",
        "namespace": "aws",
        "start_time": 1.0,
        "aws": {"operation": "GetItem", "table_name": "t"},
    }
    document = json.dumps({"name": NAME, "subsegments": [call]})
    return {"Id": TRACE, "Segments": [{"Id": "0", "Document": document}]}


def _signed(body: bytes) -> bytes:
    """Moto signs no code, and does not find traces by a function's name."""
    answer = json.loads(body)
    if answer.get("Configuration", {}).get("FunctionName") == NAME:
        answer["Configuration"]["TracingConfig"] = {"Mode": "Active"}
        answer["Configuration"]["SigningJobArn"] = f"arn:aws:signer:{REGION}:123456789012:/signing-jobs/0"
    return json.dumps(answer).encode()


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    known: dict[str, bytes] = {}
    download = packages.download

    def once(aws: Aws, call: object, location: str) -> bytes:
        if location not in known:
            known[location] = download(aws, call, location)  # type: ignore[arg-type]
        return known[location]

    with Embedded.start(region=REGION) as embedded, pytest.MonkeyPatch.context() as patch:
        for name, value in embedded.environment().items():
            patch.setenv(name, value)
        patch.setattr(session, "_PAUSE", 0.0)
        patch.setattr("doctor.aws.packages.download", once)
        patch.setattr("doctor.aws.collectors.invoking.download", once)
        build(embedded)
        yield Account(*connect(Target(endpoint=embedded.endpoint)))


@pytest.fixture(scope="module")
def healthy(account: Account) -> dict[Way, Snapshot]:
    """What is read on a good day, by the way."""
    found = {way: account.collected(way) for way in WAYS}

    assert any(isinstance(one, CodeSigningConfig) for one in found[ONE].resources.values())
    return found


@pytest.fixture(scope="module")
def calls(account: Account, healthy: dict[Way, Snapshot]) -> dict[str, Way]:
    """Every operation that reading this account takes, and the way in which it is sent."""
    found: dict[str, Way] = {}
    for way in healthy:
        account.replayed.asked.clear()
        account.collected(way)
        found = dict.fromkeys(sorted(account.replayed.asked - Counter(way.refused)), way) | found

    assert len(found) > 100
    return found


def shape_of(snapshot: Snapshot) -> dict[str, object]:
    """What was read; a role or policy that one listing does not tell is read by itself, and has other times and counts then."""
    either_way = Role, ManagedPolicy
    return {arn: type(one) if isinstance(one, either_way) else one for arn, one in snapshot.resources.items()}


def beyond(snapshot: Snapshot, healthy: Snapshot) -> list[Gap]:
    """The gaps that a good day does not leave."""
    return [gap for gap in snapshot.gaps if gap not in healthy.gaps]


def test_every_call_is_allowed_by_the_policy_that_doctor_prints(calls: dict[str, Way]) -> None:
    """So that who gives doctor this policy, and no other, is told of no read that was denied."""
    wanted = operations(all_rules([], advice=True))

    assert calls.keys() - wanted - {*BESIDE} == set()
    assert wanted & {*BESIDE} == set(), "a rule needs it"


@pytest.mark.parametrize("fault", FAULTS)
def test_every_call_that_fails_for_good_is_a_gap_that_names_it(
    account: Account, healthy: dict[Way, Snapshot], calls: dict[str, Way], fault: Fault
) -> None:
    silent = []
    for name, way in list(calls.items())[FAULTS.index(fault) % SHARE :: SHARE]:
        snapshot = account.collected(way, lambda asked, name=name: fault if asked == name else None)
        gaps = [gap for gap in beyond(snapshot, healthy[way]) if gap.call.name == name]
        same = all(
            told(snapshot) == told(healthy[way])
            for told in (shape_of, attrgetter("metrics"), attrgetter("traced"), attrgetter("account_limit"))
        )

        assert {gap.reason for gap in gaps} <= {REASON.get(fault, "failed"), *ELSE}, f"{name}: {gaps}"
        assert all(gap.error for gap in gaps)
        assert verdict(snapshot) in (ExitCode.OK, ExitCode.NOT_SEEN)
        assert encode(snapshot), "it can be written"
        if not gaps and not same:
            silent.append(name)

    assert silent == [], "what was not read is unknown, and nobody said so"


@pytest.mark.parametrize("fault", [one for one in FAULTS if one not in ("denied", "expired")])
def test_every_call_that_fails_once_is_sent_again(account: Account, healthy: dict[Way, Snapshot], fault: Fault) -> None:
    failed: set[str] = set()

    def once(name: str) -> Fault | None:
        if name in failed:
            return None
        failed.add(name)
        return fault

    snapshot = account.collected(ONE, once, patience=10)

    assert len(failed) > 80
    assert beyond(snapshot, healthy[ONE]) == []
    assert snapshot.resources == healthy[ONE].resources


@pytest.mark.parametrize("fault", FAULTS)
def test_credentials_or_a_network_that_are_gone_from_some_moment_on_leave_what_was_read(
    account: Account, fault: Fault
) -> None:
    """From the listing on nothing is answered any more."""
    listing = ("lambda:ListFunctions", "lambda:ListEventSourceMappings")
    snapshot = account.collected(ALL, lambda name: None if name in listing else fault)
    told = {gap.call.name for gap in snapshot.gaps if gap.reason in ("failed", "denied", "throttled")}

    assert {one for one in snapshot.resources if ":function:" in one}
    assert told >= {"lambda:GetPolicy", "cloudwatch:GetMetricData"}
    assert told & {"iam:GetAccountAuthorizationDetails", "iam:GetRole"}
    assert verdict(snapshot) is ExitCode.NOT_SEEN


def service_of(arn: str) -> str:
    """botocore's name of what reads a resource."""
    names = {"elasticfilesystem": "efs", "elasticloadbalancing": "elbv2"}
    return names.get(arns.service(arn), arns.service(arn))


def test_interrupted_at_any_moment_it_keeps_what_is_complete_and_says_what_is_not(
    account: Account, healthy: dict[Way, Snapshot]
) -> None:
    """After so many calls somebody presses Ctrl-C: what was not read is in the gaps, and what was read is whole."""
    account.aws.pacing = Pacing(None, 0.01)
    scope = Scope(account=account.aws.account, region=account.aws.region)
    whole = shape_of(healthy[ALL])
    for after in range(0, 110, 9):
        kept: list[Snapshot] = []
        account.replayed.asked.clear()
        job = collect(account.aws, account.who, scope, account.now, b"key", keep=kept.append)
        for _ in job:
            if account.replayed.asked.total() >= after:
                job.close()
                break
        if not kept:  # the last calls were sent before it could be stopped
            continue
        (partial,) = kept
        unread = {gap.call.name for gap in partial.gaps if gap.error == INTERRUPTED}
        unsaid = {gap.call.name for gap in partial.gaps if gap.reason in ("failed", "denied", "throttled")}

        missing = {service_of(arn) for arn in whole.keys() - partial.resources.keys()}

        assert encode(partial)
        assert missing <= {name.partition(":")[0] for name in unread}, f"after {after} calls"
        assert partial.resources.keys() <= whole.keys()
        assert unsaid == set(), "nothing failed"
