"""Native files: for which machine and interpreter they were built, and what they need."""

import importlib.util
import platform
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doctor.code.facts import facts
from doctor.code.native import elf as reader
from doctor.code.native.natives import newest
from doctor.model.package import Native
from tests.unit.code.packages import elf, read, zipped

LIBRARIES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "x86-64": (elf(), {"machine": "x86_64", "bits": 64}),
    "arm64": (elf(machine=183), {"machine": "arm64", "bits": 64}),
    "32 bits": (
        elf(machine=3, wide=False, needed=("libc.so.6",)),
        {"machine": "x86", "bits": 32, "needed": ("libc.so.6",)},
    ),
    "a machine of no name": (elf(machine=243), {"machine": "243", "bits": 64}),
    "other byte order": (
        elf(machine=62, order=">", needed=("libm.so.6",)),
        {"machine": "x86_64", "bits": 64, "needed": ("libm.so.6",)},
    ),
    "needs libraries": (
        elf(needed=("libGL.so.1", "libc.so.6")),
        {"machine": "x86_64", "bits": 64, "needed": ("libGL.so.1", "libc.so.6")},
    ),
    "needs versions": (
        elf(
            versions={
                "libc.so.6": ("GLIBC_2.9", "GLIBC_2.28", "GLIBC_PRIVATE"),
                "libstdc++.so.6": ("GLIBCXX_3.4.21", "CXXABI_1.3"),
            }
        ),
        {"machine": "x86_64", "bits": 64, "glibc": "2.28", "glibcxx": "3.4.21"},
    ),
}


@pytest.mark.parametrize("name", LIBRARIES)
def test_an_elf_file_tells_its_machine_and_what_it_needs(name: str) -> None:
    content, expected = LIBRARIES[name]

    (native,) = read({"lib/x.so": content}).natives

    assert native == Native(path="lib/x.so", format="elf", **expected)


@pytest.mark.parametrize(
    ("path", "abi"),
    [
        ("pydantic_core/_pydantic_core.cpython-311-x86_64-linux-gnu.so", "cpython-311-x86_64-linux-gnu"),
        ("cryptography/_rust.abi3.so", "abi3"),
        ("numpy/core/_multiarray.cpython-312-darwin.so", "cpython-312-darwin"),
        ("x.cp311-win_amd64.pyd", "cp311-win_amd64"),
        ("lib/libssl.so", ""),
        ("lib/libssl.so.1.1", ""),
        ("node_modules/sharp/build/Release/sharp.node", ""),
    ],
)
def test_the_name_of_a_library_tells_its_interpreter(path: str, abi: str) -> None:
    (native,) = read({path: elf()}).natives

    assert (native.path, native.abi) == (path, abi)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"\xcf\xfa\xed\xfe" + bytes(60), "mach-o"),
        (b"MZ" + bytes(60), "pe"),
        (b"not a library", "unknown"),
        (b"", "unknown"),
        (b"\x7fELF", "elf"),
    ],
)
def test_files_of_other_systems_are_told_apart(content: bytes, form: str) -> None:
    (native,) = read({"x.so": content}).natives

    assert (native.format, native.machine) == (form, "")


@pytest.mark.parametrize(
    ("content", "interpreter"),
    [
        (b"#!/bin/sh\nexec ./main\n", "/bin/sh"),
        (b"#!/bin/sh\r\nexec ./main\r\n", "/bin/sh\r"),
        (elf(interpreter="/lib/ld-musl-x86_64.so.1"), "/lib/ld-musl-x86_64.so.1"),
    ],
    ids=["script", "script with Windows line ends", "musl"],
)
def test_a_bootstrap_tells_what_starts_it(content: bytes, interpreter: str) -> None:
    (native,) = read({"bootstrap": content}, handler="any", runtime="provided.al2023").natives

    assert native.interpreter == interpreter


def test_console_scripts_are_no_natives_but_programs_beside_them_are() -> None:
    package = read({"bin/jp.py": "#!/usr/bin/python3\n", "bin/ffmpeg": elf(machine=183)})

    assert [(one.path, one.machine) for one in package.natives] == [("bin/ffmpeg", "arm64")]


@pytest.mark.skipif(platform.system() != "Linux", reason="the interpreter's own libraries are ELF files on Linux only")
def test_a_library_that_a_compiler_made_is_read_as_the_loader_reads_it() -> None:
    spec = importlib.util.find_spec("msgspec._core")
    assert spec is not None
    path = Path(str(spec.origin))

    (native,) = facts(zipped({path.name: path.read_bytes()}), handler="", runtime="python3.11").natives

    assert native.machine == {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    assert f"cpython-{sys.version_info.major}{sys.version_info.minor}" in native.abi
    assert "libc.so.6" in native.needed
    assert native.glibc.startswith("2.")


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (("GLIBC_2.9", "GLIBC_2.28"), "2.28"),
        (("GLIBC_2.3.4", "GLIBC_2.3"), "2.3.4"),
        (("GLIBC_PRIVATE",), ""),
        ((), ""),
    ],
)
def test_versions_are_compared_as_numbers(versions: tuple[str, ...], expected: str) -> None:
    assert newest("GLIBC_", versions) == expected


WHOLE = elf(needed=("libc.so.6",), versions={"libc.so.6": ("GLIBC_2.28",)}, interpreter="/lib64/ld-linux-x86-64.so.2")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(4, len(WHOLE) - 8), st.sampled_from([0, 1, 2**31, 2**63, 2**64 - 1])), max_size=4)
)
def test_no_damage_to_an_elf_file_is_an_error(damages: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, value in damages:
        struct.pack_into("<Q", data, place, value)

    found = reader.read(bytes(data))

    assert all(name.isprintable() for name in (*found.needed, *found.versions, found.interpreter))


@given(st.binary(max_size=300))
def test_nothing_behind_the_magic_is_an_error(tail: bytes) -> None:
    assert reader.read(reader.MAGIC + tail).bits in {0, 32, 64}
