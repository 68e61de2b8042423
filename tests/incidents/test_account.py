"""The account file: written by its builder, read without loss, whole in itself."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from doctor.code import zipped
from doctor.code.facts import facts
from doctor.model import arns
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.identity import Role
from doctor.model.moments import resolve
from doctor.model.network import NatGateway, NetworkAcl, RouteTable, SecurityGroup, Subnet
from doctor.model.redacted import Redacted
from doctor.model.redaction import is_plain
from doctor.model.snapshot import Snapshot
from doctor.model.triggers import EventRule, Queue
from doctor.store import snapshots
from tests.incidents.twelve_faults.account import snapshot
from tests.incidents.twelve_faults.scene import CODE, INCIDENT, NOW, log_group_arn
from tests.incidents.twelve_faults.template import relative, template

FILE = INCIDENT / "account.json"
WRITTEN = "python -m tests.incidents.twelve_faults writes it anew"


def functions(account: Snapshot) -> list[Function]:
    return [one for one in account.resources.values() if isinstance(one, Function)]


def latest(account: Snapshot) -> list[Function]:
    return [one for one in functions(account) if one.version == "$LATEST"]


def test_the_file_is_what_the_builder_writes() -> None:
    assert FILE.read_text(encoding="utf-8") == template(snapshot()), WRITTEN


def test_nothing_is_lost_in_reading_the_file() -> None:
    text = resolve(FILE.read_text(encoding="utf-8").replace(' "offsets": true,\n', "", 1), NOW)
    read = msgspec.json.format(msgspec.json.encode(msgspec.json.decode(text, type=Snapshot)), indent=1).decode()

    assert relative(read, NOW) == relative(text, NOW).rstrip("\n")


def test_no_time_is_told_but_taken_at() -> None:
    """Days in the version of a policy's language are no times."""
    dates = re.findall(r"\d{4}[-/]\d\d[-/]\d\d[T\d:.Z]*", FILE.read_text(encoding="utf-8").replace("2012-10-17", ""))

    assert dates == ["2026-11-23T10:42:00.000Z"]


@pytest.mark.parametrize("now", [datetime(2027, 3, 1, 0, 5, tzinfo=UTC), datetime(2030, 2, 28, 23, 59, tzinfo=UTC)])
def test_at_any_other_time_it_is_the_same_account(account: Snapshot, now: datetime) -> None:
    """What lay so long before taken_at lies as long before now, in fields and in messages."""
    moved = snapshots.read(INCIDENT, now=now)
    first, second = (
        {
            arn: [(one.request_id, at - one.at, one.duration, len(one.lines)) for one in runs]
            for arn, runs in read.invocations.items()
        }
        for read, at in ((account, NOW), (moved, now))
    )

    assert first == second
    assert not re.search(r"2026-11|\{now-|\{day-", str(moved))


def _references(account: Snapshot) -> Iterator[tuple[str, str]]:
    """Every resource that another one names: who names it, and its ARN."""
    for one in account.resources.values():
        arn = one.arn
        match one:
            case Function():
                yield arn, one.role
                yield arn, log_group_arn(one.log_group)
                yield from ((arn, _ec2("subnet", subnet)) for subnet in one.vpc_config.subnet_ids)
                yield from ((arn, _ec2("security-group", group)) for group in one.vpc_config.security_group_ids)
            case Alias():
                yield arn, f"{arns.unqualified(arn)}:{one.function_version}"
            case EventSourceMapping():
                yield arn, one.function_arn
                yield arn, one.event_source_arn
            case Role():
                yield from ((arn, attached.policy_arn) for attached in one.attached_managed_policies)
                if one.permissions_boundary:
                    yield arn, one.permissions_boundary.permissions_boundary_arn
            case EventRule():
                yield from ((arn, target.arn) for target in one.targets)
            case Queue() if one.redrive_policy:
                yield arn, one.redrive_policy.dead_letter_target_arn


def _network_references(account: Snapshot) -> Iterator[tuple[str, str]]:
    """The same among the parts of networks."""
    for one in account.resources.values():
        arn = one.arn
        match one:
            case Subnet() | SecurityGroup() | NetworkAcl():
                yield arn, _ec2("vpc", one.vpc_id)
            case NatGateway():
                yield arn, _ec2("subnet", one.subnet_id)
            case RouteTable():
                yield from ((arn, _ec2("subnet", a.subnet_id)) for a in one.associations if not a.main)
                yield from ((arn, _ec2("natgateway", r.nat_gateway_id)) for r in one.routes if r.nat_gateway_id)
                gateways = {r.gateway_id for r in one.routes} - {"", "local"}
                yield from ((arn, _ec2("internet-gateway", gateway)) for gateway in gateways)


def _ec2(kind: str, identifier: str) -> str:
    return arns.ec2("eu-west-1", "123456789012", kind, identifier)


def test_every_resource_that_another_one_names_is_there(account: Snapshot) -> None:
    named = [*_references(account), *_network_references(account)]

    assert [(by, arn) for by, arn in named if arn not in account.resources] == []
    assert len({arn for _, arn in named}) > 50


def test_telemetry_and_changes_are_about_what_is_there(account: Snapshot) -> None:
    named = {*account.invocations, *account.metrics}
    changed = {name for change in account.changes for name in change.resources}
    ids = {arns.name(arn) for arn in account.resources}

    assert named <= set(account.resources)
    assert {name for name in changed if name not in account.resources and name not in ids} == set()


def test_there_are_twenty_four_functions_each_with_code_and_an_event(account: Snapshot) -> None:
    names = {one.function_name for one in latest(account)}

    assert len(names) == 24
    assert {path.name for path in CODE.iterdir()} == names
    assert {path.stem for path in (INCIDENT / "events").iterdir()} == names


def test_a_function_is_the_package_that_its_code_makes(account: Snapshot) -> None:
    for one in functions(account):
        package = zipped.zip_directory(CODE / one.function_name)

        assert (one.code_size, one.code_sha256) == (len(package), zipped.sha256(package)), one.arn
        assert one.package in (None, facts(package, handler=one.handler, runtime=one.runtime or "")), one.arn


def test_a_published_version_is_the_code_and_configuration_of_latest(account: Snapshot) -> None:
    """So that a version which is published after a change differs in that change alone."""
    for alias in (one for one in account.resources.values() if isinstance(one, Alias)):
        name = arns.unqualified(alias.arn)
        ours, theirs = (_configuration(account.resources[arn]) for arn in (name, f"{name}:{alias.function_version}"))

        assert ours == theirs, alias.arn


def _configuration(version: object) -> dict[str, object]:
    own = ("FunctionArn", "Version", "LastModified", "RevisionId", "Package", "Policy")
    own += ("RecursiveLoop", "RuntimeManagementConfig", "PublishedVersions")  # told of a function, not of its versions
    return {key: value for key, value in msgspec.to_builtins(version).items() if key not in own}


def test_no_secret_is_in_the_account_and_some_were(account: Snapshot) -> None:
    values = [value for one in functions(account) for value in one.environment.variables.values()]

    assert any(isinstance(value, Redacted) for value in values)
    assert all(is_plain(value) for value in values if isinstance(value, str))


def test_events_are_json() -> None:
    for path in (INCIDENT / "events").iterdir():
        assert isinstance(json.loads(path.read_text(encoding="utf-8")), dict), path.name


def test_the_table_of_contents_names_every_function(account: Snapshot) -> None:
    table = Path(INCIDENT / "README.md").read_text(encoding="utf-8")

    assert [one.function_name for one in latest(account) if f"`{one.function_name}`" not in table] == []
