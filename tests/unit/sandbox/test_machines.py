"""Compiled code runs here only where it means the same as on Lambda; a file that loads on neither is the function's own fault."""

import platform
from pathlib import Path

import pytest

from doctor.errors import SandboxError
from doctor.sandbox import machines
from tests.unit.code.packages import elf
from tests.unit.sandbox.support import function

X86, ARM, RISC = elf(machine=62), elf(machine=183), elf(machine=243)


@pytest.mark.parametrize(
    ("machines_", "content", "refused"),
    [
        (("x86_64", "x86_64"), X86, ""),
        (("x86_64", "x86_64"), ARM, ""),  # it fails on Lambda, and here
        (("x86_64", "arm64"), ARM, "lib/fast.so is compiled for arm64, and this machine is x86_64"),
        (
            ("x86_64", "arm64"),
            X86,
            "lib/fast.so is compiled for x86_64, which loads here and not on the function's arm64",
        ),
        (("x86_64", "arm64"), RISC, ""),
        (("x86_64", "arm64"), b"#!/bin/sh\n", ""),
        (("aarch64", "arm64"), ARM, ""),
        (("aarch64", "x86_64"), X86, "lib/fast.so is compiled for x86_64, and this machine is arm64"),
        (("arm64", "x86_64"), X86, "lib/fast.so is compiled for x86_64, and this machine is arm64"),
    ],
)
def test_a_file_that_loads_on_one_machine_only_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machines_: tuple[str, str], content: bytes, refused: str
) -> None:
    host, wanted = machines_
    monkeypatch.setattr(platform, "machine", lambda: host)
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "fast.so").write_bytes(content)
    subject = function(architectures=(wanted,))
    if refused:
        with pytest.raises(SandboxError, match=f"cannot reproduce here: {refused}"):
            machines.check(subject, (tmp_path,))
    else:
        said = machines.check(subject, (tmp_path,))

        assert bool(said) is (wanted != machines.here())


def test_a_bootstrap_and_a_layer_are_looked_at_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    code, layer = tmp_path / "code", tmp_path / "layer"
    code.mkdir()
    (layer / "extensions").mkdir(parents=True)
    (layer / "extensions" / "watch").write_bytes(ARM)
    subject = function("provided.al2023", architectures=("arm64",))
    with pytest.raises(SandboxError, match="extensions/watch is compiled for arm64"):
        machines.check(subject, (code, layer))
    (code / "bootstrap").write_bytes(ARM)
    with pytest.raises(SandboxError, match="here: bootstrap is compiled for arm64"):
        machines.check(subject, (code, layer))
