"""Every fix of every rule is applied to an embedded account, read back, and taken back again.

What a fix touches is restored there from the rule's own broken world, with what must be there for it to exist. The plan is
made of what the account shows then, so that what AWS assigns (the hash of the code) is what the account says. In the normal
suite one fix of each rule stands for the others; ``DOCTOR_FULL=1`` takes all.
"""

import os
import re
from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from doctor.aws.apply import apply
from doctor.aws.embedded.account import Embedded
from doctor.aws.embedded.restore import functions, identity, network, sources, triggers
from doctor.aws.embedded.restore.clients import Clients
from doctor.aws.readback import after, current, differences, values
from doctor.aws.session import Aws, connect
from doctor.aws.undo import undo
from doctor.engine.diagnose import diagnose
from doctor.engine.plan import plan
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.finding import Finding, Touched
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.identity import Role
from doctor.model.interfaces import DhcpOptions, VpcBlockPublicAccessOptions
from doctor.model.network import (
    EgressOnlyInternetGateway,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    UserIdGroupPair,
    Vpc,
    VpcEndpoint,
)
from doctor.model.plan import Plan, Proved, Receipt
from doctor.model.snapshot import Resource, Snapshot
from doctor.model.sources import Key, Stream
from doctor.model.target import Target
from doctor.model.transit import VpcPeeringConnection
from doctor.model.triggers import EventRule, Queue
from doctor.testing.world import ACCOUNT
from tests.fixes import Case, every_fix

FULL = bool(os.environ.get("DOCTOR_FULL"))
NETWORK = (
    DhcpOptions,
    EgressOnlyInternetGateway,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
    VpcBlockPublicAccessOptions,
    VpcEndpoint,
    VpcPeeringConnection,
)
RESTORABLE = (Function, Alias, EventSourceMapping, Role, Queue, EventRule, Stream, Key, *NETWORK)
"""What the embedded account is brought to life from; a fix of anything else is tried in the model alone."""


@pytest.fixture(scope="module")
def embedded() -> Iterator[Embedded]:
    with Embedded.start(region="eu-west-1") as account:
        yield account


@pytest.fixture(scope="module")
def clients(embedded: Embedded) -> Clients:
    return Clients(embedded)


def run(job: Generator[Any, None, Receipt]) -> Receipt:
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def here(snapshot: Snapshot, account: str) -> Snapshot:
    """The same snapshot, of another account, where every statement that was added has a name."""
    text = msgspec.json.encode(snapshot).decode()
    moved = msgspec.json.decode(_moved(text, account), type=Snapshot)
    named = [_named(one) for one in moved.resources.values() if isinstance(one, Function | Alias) and one.policy]
    return moved.with_resources(*named)


def _moved(text: str, account: str) -> str:
    """The same in another account, where everything has an id that AWS could have given it."""
    text = re.sub(r"\b(subnet|rtb|acl|sg|nat|pcx)-([a-z]+)\b", lambda one: f"{one[1]}-{one[2].encode().hex()}", text)
    return text.replace(ACCOUNT, account).replace("0123", "01234567-89ab-4cde-8f01-23456789abcd")


def _named(one: Function | Alias) -> Function | Alias:
    statements = (one.policy or {}).get("Statement", [])
    told = [{"Sid": f"s{number}", **each} for number, each in enumerate(statements)]
    return replace(one, policy={**(one.policy or {}), "Statement": told})


def needed(snapshot: Snapshot, made: Plan) -> Snapshot:
    """What a plan touches, with what must be there for it to exist; of a network, all."""
    touched = [one.resource for one in made.touches]
    names = {arns.unqualified(one) if ":function:" in one else one for one in touched}
    networks = any(arns.service(one) == "ec2" for one in touched) or any(
        one.field == "VpcConfig" for one in made.touches
    )
    kept: dict[str, Resource] = {}
    for arn, one in snapshot.resources.items():
        touched_by_it = (arns.unqualified(arn) if ":function:" in arn else arn) in names
        if isinstance(one, EventSourceMapping) and touched_by_it:
            names |= {arns.unqualified(one.function_arn), one.event_source_arn}
        if isinstance(one, Role):
            one = replace(one, attached_managed_policies=(), permissions_boundary=None)  # noqa: PLW2901
        if touched_by_it or (networks and isinstance(one, NETWORK)):
            kept[arn] = one
    for arn, one in snapshot.resources.items():
        if (arns.unqualified(arn) if ":function:" in arn else arn) in names:
            kept.setdefault(arn, one)
    return replace(snapshot, resources={arn: _bare(one, networks=networks) for arn, one in kept.items()})


def _bare(one: Resource, *, networks: bool) -> Resource:
    """A function without what it refers to and no fix touches; a schedule is only on the default bus."""
    if isinstance(one, EventRule) and one.event_bus_name != "default":
        return replace(one, schedule_expression="", event_pattern='{"source": ["orders"]}')
    if isinstance(one, SecurityGroup):
        return replace(one, group_name=one.group_name or one.group_id, description=one.description or "open")
    if not isinstance(one, Function):
        return one
    plain = Function(function_name=one.function_name, function_arn=one.function_arn)
    role = f"arn:aws:iam::{arns.account(one.arn)}:role/any"
    keep = ("version", "runtime", "handler", "timeout", "memory_size", "ephemeral_storage", "logging_config", "policy")
    told = {name: getattr(one, name) for name in (*keep, "reserved_concurrent_executions", "revision_id")}
    if networks:
        told["vpc_config"] = one.vpc_config
    return replace(plain, role=role, last_modified="2026-11-01T00:00:00.000+0000", **told)


def restored(clients: Clients, snapshot: Snapshot, folder: Path) -> None:
    """Bring it to life in an account that is empty."""
    clients.embedded.control("reset")
    for one in snapshot.resources.values():
        if isinstance(one, Function):
            code = folder / "code" / one.function_name
            code.mkdir(parents=True, exist_ok=True)
            (code / "app.py").write_text("def handler(event, context): pass\n")
    clients.iam.create_role(RoleName="any", AssumeRolePolicyDocument='{"Statement": []}')
    known = {one.arn for one in snapshot.resources.values() if isinstance(one, Stream)}
    for one in snapshot.resources.values():
        source = one.event_source_arn if isinstance(one, EventSourceMapping) else ""
        if ":kinesis:" in source and source not in known:
            clients.kinesis.create_stream(StreamName=arns.name(source), ShardCount=1)
    for step in (
        identity.restore,
        network.restore,
        sources.restore,
        triggers.restore,
        functions.restore,
        triggers.restore_mappings,
    ):
        step(clients, snapshot, folder)


_FILLED_IN = {
    "Entries": "entries",
    "VpcConfig": "vpc_config",
    "CodeSha256": "code_sha256",
    "LoggingConfig": "logging_config",
    "Policy": "policy",
}


def as_shown(aws: Aws, snapshot: Snapshot, touches: Iterable[Touched]) -> Snapshot:
    """The snapshot with what the account fills in by itself: the code's hash, the log group, a policy's id."""
    for touched in touches:
        if touched.field in _FILLED_IN:
            name = _FILLED_IN[touched.field]
            live = current(aws, touched.resource, (touched.field,))
            known = snapshot.resources[touched.resource]
            snapshot = snapshot.with_resources(replace(known, **{name: getattr(live, name)}))
    return snapshot


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.mark.parametrize("case", list(every_fix(all_of_them=FULL)))
def test_a_fix_is_applied_read_back_and_taken_back(case: Case, clients: Clients, tmp_path: Path) -> None:
    one, world, finding, fix = case
    embedded = clients.embedded
    mine = here(world.snapshot, embedded.account)
    number = finding.problem.fixes.index(fix)
    found = _again(World(mine), one, finding)
    wanted = plan(World(mine), found, found.problem.fixes[number])
    reduced = needed(mine, wanted)
    strange = {type(each).__name__ for each in reduced.resources.values() if not isinstance(each, RESTORABLE)}
    groups = {one.group_id for one in reduced.resources.values() if isinstance(one, SecurityGroup)}
    if any(pair.group_id not in groups for pair in _pairs(reduced)):
        pytest.skip("a rule names a security group of somebody else, which this account cannot have")
    if any(route.destination_prefix_list_id for route in _routes(reduced)):
        pytest.skip("a route names a prefix list, which has an id of its own in the embedded account")
    nats = {one.nat_gateway_id for one in reduced.resources.values() if isinstance(one, NatGateway)}
    if any(one.nat_gateway_id not in {"", *nats} and one.state != "blackhole" for one in _routes(reduced)):
        pytest.skip("the case leads a route to a NAT gateway that it leaves out")
    if strange:
        pytest.skip(f"the embedded account is brought to life without {strange}")
    restored(clients, reduced, tmp_path)
    aws, _ = connect(Target(endpoint=embedded.endpoint), paced=False)
    whole = World(as_shown(aws, mine, wanted.touches))
    found = _again(whole, one, finding)
    made = plan(whole, found, found.problem.fixes[number])
    before = values(aws, made.touches)
    proved = Proved(plan=made, account=embedded.account, region="eu-west-1", code_sha256="")

    receipt = run(apply(proved, aws, datetime.now(UTC)))

    assert [step.error for step in receipt.steps if step.error] == []
    assert receipt.state == "applied"
    for step in receipt.steps:
        assert differences(after(step.writes), values(aws, after(step.writes))) == []
    assert run(undo(receipt, aws)).state == "undone"
    assert differences(before, values(aws, before)) == []


def _pairs(snapshot: Snapshot) -> Iterator[UserIdGroupPair]:
    for one in snapshot.resources.values():
        if isinstance(one, SecurityGroup):
            for permission in (*one.ip_permissions, *one.ip_permissions_egress):
                yield from permission.user_id_group_pairs


def _routes(snapshot: Snapshot) -> Iterator[Route]:
    for one in snapshot.resources.values():
        if isinstance(one, RouteTable):
            yield from one.routes


def _again(world: World, one: Rule, finding: Finding) -> Finding:
    """The same finding, of this account."""
    place = _moved(finding.subject, world.snapshot.scope.account)
    same = [each for each in diagnose(world, [one]).findings if each.subject == place]
    return next(each for each in same if each.problem.message == finding.problem.message) if len(same) > 1 else same[0]
