"""The runtime's own interpreter is taken where it is found, then the nearest; what AWS has beside it, and no more."""

import os
import sys
from pathlib import Path

import pytest

from doctor.errors import SandboxError
from doctor.sandbox import interpreters
from doctor.sandbox.interpreters import interpreter, python_client

OWN = sys.version_info[1]


@pytest.fixture
def nothing_but_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine on which no other interpreter is found."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def python(path: Path, minor: int, *, works: bool = True) -> Path:
    """Something that answers as a Python would."""
    path.mkdir(parents=True, exist_ok=True)
    program = path / f"python3.{minor}"
    program.write_text(f'#!/bin/sh\n{"echo " if works else "exit 1 # "}[\\"{path.parent}\\", 3, {minor}]\n')
    program.chmod(0o755)
    return path.parent


def test_doctors_own_interpreter_needs_no_search(nothing_but_own: Path) -> None:
    found = interpreter(f"python3.{OWN}")

    assert (found.prefix, found.runtime) == (sys.base_prefix, f"python3.{OWN}")


@pytest.mark.parametrize("home", ["pyenv/versions/3.99.1", "uv/cpython-3.99.1-linux"])
def test_interpreters_of_pyenv_and_uv_are_found(nothing_but_own: Path, home: str) -> None:
    prefix = python(nothing_but_own / home / "bin", 99)

    assert interpreter("python3.99").prefix == str(prefix)


def test_an_interpreter_on_the_path_is_found_but_for_shims(
    nothing_but_own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python(nothing_but_own / "x" / "shims", 98)
    prefix = python(nothing_but_own / "usr" / "bin", 98)
    monkeypatch.setenv("PATH", os.pathsep.join([f"{nothing_but_own}/x/shims", f"{nothing_but_own}/usr/bin"]))

    assert interpreter("python3.98").prefix == str(prefix)


def test_one_that_does_not_start_is_passed_over(nothing_but_own: Path) -> None:
    python(nothing_but_own / "pyenv/versions/3.97.1" / "bin", 97, works=False)

    assert interpreter("python3.97").runtime == f"python3.{OWN}"


def test_too_old_ones_are_not_used(nothing_but_own: Path) -> None:
    python(nothing_but_own / "pyenv/versions/3.8.1" / "bin", 8)

    assert interpreter("python3.8").runtime == f"python3.{OWN}"


def test_a_missing_node_is_said_with_what_to_do(nothing_but_own: Path) -> None:
    with pytest.raises(SandboxError, match=r"no interpreter for nodejs20\.x .* install Node\.js 20"):
        interpreter("nodejs20.x")


def test_the_client_is_what_lambda_has_and_nothing_of_doctors() -> None:
    client = python_client(f"3.{OWN}", Path("/sources"))
    names = {Path(target).name.partition(".")[0] for _, target in client.mounts}

    assert names == {
        *("awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client", "bootstrap"),
        *("_doctor_startup", "_doctor_hooks"),
        *("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"),
    }


def test_the_compiled_transport_is_for_its_own_interpreter() -> None:
    def transport(version: str) -> str:
        return next(
            Path(source).suffix
            for source, target in python_client(version, Path("/sources")).mounts
            if "runtime_client" in target
        )

    assert (transport(f"3.{OWN}"), transport("3.99")) == (".so", ".py")


def test_a_machine_without_the_client_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "_CLIENT", ("no_such_client",))
    with pytest.raises(SandboxError, match=r"pip install 'lambda-doctor\[local\]'"):
        python_client(f"3.{OWN}", Path("/sources"))
