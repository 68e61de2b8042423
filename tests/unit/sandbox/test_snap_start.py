"""A version with SnapStart is initialised, snapped, restored, and only then invoked."""

import re
from collections.abc import Callable

import pytest

from doctor.model.events import Phase
from doctor.model.function import SnapStart
from doctor.model.invoking import ProvisionedConcurrencyConfig
from doctor.sandbox.limits import Limits
from tests.unit.sandbox.support import Ran

Local = Callable[..., Ran]
HOOKED = """
import os, time
from snapshot_restore_py import register_before_snapshot, register_after_restore
calls = []
def before(name):
    if name == os.environ.get('FAIL'): raise ValueError(name)
    calls.append(name)
def after(name):
    before(name)
    time.sleep(float(os.environ.get('PAUSE', '0')))
register_before_snapshot(before, 'first registered')
register_before_snapshot(before, 'last registered')
register_after_restore(after, 'restored')
def handler(event, context):
    return calls + [os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']]
"""
SNAP = {"snap_start": SnapStart(apply_on="PublishedVersions", optimization_status="On"), "version": "3"}


def test_hooks_run_in_their_order_around_the_snapshot(local: Local) -> None:
    ran = local(HOOKED, **SNAP)

    assert ran.payload == ["last registered", "first registered", "restored", "snap-start"]
    form = [re.sub(r"[\d.]+ ms", "N ms", line.split("RequestId")[0]) for line in ran.lines]
    assert form[1:] == [
        "INIT_REPORT Init Duration: N ms\tPhase: snap-start\tStatus: success",
        form[2],
        "RESTORE_REPORT Restore Duration: N ms",
        "START ",
        "END ",
        "REPORT ",
    ]
    assert form[2].startswith("RESTORE_START Runtime Version: python:3.")
    assert re.search(r"\tRestore Duration: [\d.]+ ms\tBilled Restore Duration: \d+ ms\t$", ran.report)
    assert "Init Duration" not in ran.report


def test_the_unpublished_version_is_not_snapped(local: Local) -> None:
    assert local(HOOKED, **{**SNAP, "version": "$LATEST"}).payload == ["on-demand"]


@pytest.mark.parametrize(
    ("hook", "error_type", "line"),
    [
        ("first registered", "Runtime.BeforeSnapshotError", "INIT_REPORT"),
        ("restored", "Runtime.AfterRestoreError", "RESTORE_REPORT"),
    ],
)
def test_a_hook_that_fails_is_said_where_it_failed(local: Local, hook: str, error_type: str, line: str) -> None:
    ran = local(HOOKED, environment={"FAIL": hook}, **SNAP)

    assert ran.outcome.__struct_config__.tag == "init_failed"
    assert (ran.payload["errorType"], ran.payload["errorMessage"]) == ("ValueError", hook)
    assert any(one.startswith(line) and one.endswith(f"\tStatus: error\tError Type: {error_type}") for one in ran.lines)


def test_restoring_has_a_limit_of_its_own(local: Local) -> None:
    ran = local(HOOKED, environment={"PAUSE": "30"}, limits=Limits(restore_timeout=0.3), **SNAP)

    assert ran.payload["errorType"] == "SnapStartTimeoutException"
    assert any(one.startswith("RESTORE_REPORT") and one.endswith("\tStatus: timeout") for one in ran.lines)


def test_initialising_for_a_snapshot_may_take_longer(local: Local) -> None:
    code = "import time; time.sleep(0.5)\ndef handler(event, context): return 1"

    assert "Status: timeout" in str(local(code, limits=Limits(init_timeout=0.2)).lines)
    assert "Status: timeout" not in str(local(code, limits=Limits(init_timeout=0.2), **SNAP).lines)


def test_provisioned_concurrency_may_take_as_long(local: Local) -> None:
    code = (
        "import os, time; time.sleep(0.5)\n"
        "def handler(event, context): return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']"
    )
    ran = local(
        code,
        limits=Limits(init_timeout=0.2),
        provisioned_concurrency_config=ProvisionedConcurrencyConfig(status="READY"),
    )

    assert ran.payload == "provisioned-concurrency"
    assert "Status: timeout" not in str(ran.lines)


@pytest.mark.parametrize(("allowed", "ends"), [(0.2, "timeout"), (9.0, "success")])
def test_ahead_of_invocations_an_initialisation_has_its_own_limit(local: Local, allowed: float, ends: str) -> None:
    ran = local(
        "import time\ntime.sleep(1)\ndef handler(event, context): return 'ok'\n",
        provisioned_concurrency_config=ProvisionedConcurrencyConfig(status="READY"),
        limits=Limits(init_timeout=0.1, snap_start_timeout=allowed, timeout=0.1),
    )

    first = next(one for one in ran.events if isinstance(one, Phase) and one.state != "started")
    assert (first.name, first.state) == ("init", ends)
