"""A timeout and the network: what the one has to do with the other is said, either way."""

from pathlib import Path

import pytest

from doctor.cli.main import main
from doctor.engine.world import World
from doctor.shelf import catalogue, shipped_rules
from doctor.store.snapshots import save
from tests.cases.network import no_way_out

BY_REACHABILITY = ("esm-kafka-network", "obs-lmi-no-logs")
"""Failures outside the network's own chapter that are decided by whether packets get there."""


def why(world: World, path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    save(world.snapshot, path / "a.json")
    main(["why", "f", "-s", str(path / "a.json")])
    return capsys.readouterr().out


def test_a_timeout_is_the_consequence_of_what_cannot_be_reached(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = why(no_way_out.BROKEN["a queue's URL, and only local routes"], tmp_path, capsys)

    first, root = (next(line for line in said.splitlines() if mark in line) for mark in ("timed out after", "ROOT"))
    assert first.startswith("✖")
    assert "sqs.eu-west-1.amazonaws.com:443 cannot be reached" in root


@pytest.mark.parametrize("name", no_way_out.RULED_OUT)
def test_where_everything_is_reachable_the_network_is_ruled_out(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = why(no_way_out.HEALTHY[name], tmp_path, capsys)

    ruled_out = said.partition("RULED OUT")[2]
    assert "no-way-out: what it is known to need can be reached" in ruled_out


def test_every_failure_of_networks_and_those_that_reachability_decides_have_a_rule() -> None:
    covered = {entry for rule in shipped_rules(advice=True) for entry in rule.covers}

    wanted = [one for one in catalogue() if one.startswith("net-") or one in BY_REACHABILITY]

    assert len(wanted) == 30 + len(BY_REACHABILITY)
    assert [one for one in wanted if one not in covered] == []


def test_the_command_line_tells_which_rule_covers_what(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "failures", "net-"]) == 0

    said = capsys.readouterr().out.splitlines()
    assert "net-nat-broken                       nat-gateway-broken" in said
    assert said[-1] == "30 of 30 are covered"
