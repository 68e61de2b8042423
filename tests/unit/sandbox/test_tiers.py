"""The weaker tiers: the tests of the local Lambda again, on each of them, in a network without a way out."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from doctor.errors import SandboxError
from doctor.sandbox.opening import FORCED, candidates
from doctor.sandbox.tiers import TIERS
from tests.unit.sandbox import tiers
from tests.unit.sandbox.quiet import REFUSED
from tests.unit.sandbox.users import ORDINARY, become, environment, python_of

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SUBSET = ("test_safety.py", "test_outside.py", "test_ipv6.py", "test_gate.py", "test_isolation.py")
MACOS, ON_MACOS = "tests.unit.sandbox.macos", ("test_safety.py", "test_outside.py", "test_python.py")
WHOLE = tuple(
    sorted(path.name for path in HERE.glob("test_*.py") if path.name not in ("test_tiers.py", "test_seccomp.py"))
)


@pytest.mark.parametrize(
    ("tier", "runner", "subset"),
    [("seccomp", "pytest", SUBSET), ("hooks", "pytest", SUBSET), ("hooks", MACOS, ON_MACOS)],
)
def test_what_is_true_of_the_local_lambda_is_true_on_a_weaker_tier(
    tier: str, runner: str, subset: tuple[str, ...]
) -> None:
    """Its gate and its isolation; with DOCTOR_FULL everything but what ``tiers.py`` names. Also as if this were macOS."""
    files = WHOLE if os.environ.get("DOCTOR_FULL") else subset
    pytest_ = [
        sys.executable,
        "-m",
        runner,
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        *(str(HERE / one) for one in files),
    ]
    with tempfile.TemporaryDirectory() as own:  # what is left over is counted there; other tests leave it alone
        done = subprocess.run(
            [sys.executable, "-m", "tests.unit.sandbox.quiet", *pytest_],
            cwd=ROOT,
            env={
                **{name: value for name, value in os.environ.items() if "XDIST" not in name},
                FORCED: tier,
                "TMPDIR": own,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode == REFUSED:
        pytest.skip(done.stderr.strip())

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


@pytest.mark.skipif(os.getuid() != 0, reason="who runs this is an ordinary user")
@pytest.mark.parametrize("tier", TIERS)
def test_an_ordinary_user_is_as_safe(tier: str) -> None:
    """What is true for root is true for a user without any right."""
    python = python_of(ORDINARY)
    quiet = [] if tier == "namespaces" else ["-m", "tests.unit.sandbox.quiet", python]
    with tempfile.TemporaryDirectory(dir="/tmp") as own:
        os.chown(own, ORDINARY, ORDINARY)
        done = subprocess.run(
            [
                python,
                *quiet,
                *["-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"],
                str(HERE / "test_safety.py"),
            ],
            cwd=ROOT,
            env=environment(Path(own), TMPDIR=own, **{FORCED: tier}),
            capture_output=True,
            text=True,
            check=False,
            **become(ORDINARY),
        )
    if done.returncode == REFUSED:
        pytest.skip(done.stderr.strip())

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


def test_a_tier_that_there_is_not_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FORCED, "magic")
    with pytest.raises(SandboxError, match="DOCTOR_TIER is 'magic': there are namespaces, seccomp, hooks"):
        candidates(None)


def test_without_a_wish_every_tier_is_tried_the_strongest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FORCED, raising=False)

    assert candidates(None) == TIERS
    assert candidates("hooks") == ("hooks",)


def test_every_exception_is_about_a_test_that_there_is() -> None:
    text = "".join(path.read_text() for path in HERE.glob("test_*.py"))

    for name in (*tiers.ONLY_NAMESPACES, *tiers.NOT_BY_HOOKS, *tiers.NOT_ON_MACOS):
        assert f"def {name}(" in text
