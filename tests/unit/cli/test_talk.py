"""What leaves for stdout is in signs that it takes: ASCII where the locale asks for it, UTF-8 for documents."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from doctor.cli import talk
from doctor.report.lines.glyphs import in_ascii
from doctor.store.snapshots import save
from doctor.testing.world import function, snapshot, timed_out

LOCALES = {
    "LC_ALL=C": ({"LC_ALL": "C"}, True),
    "LANG=C": ({"LANG": "C"}, True),
    "LANG=POSIX": ({"LANG": "POSIX"}, True),
    "a narrow stdout": ({"LANG": "C.UTF-8", "PYTHONIOENCODING": "latin-1"}, True),
    "UTF-8": ({"LANG": "C.UTF-8"}, False),
    "nothing said": ({}, False),
}


def doctor(tmp_path: Path, environment: dict[str, str], *arguments: str) -> bytes:
    save(snapshot(function("slow", timeout=3), invocations=[timed_out(3, 2.9)]), tmp_path / "slow.json")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONIO"))}
    command = [sys.executable, "-m", "doctor", *arguments, "-s", "slow.json"]
    at = str(Path(__file__).parents[3])
    told = subprocess.run(
        command, cwd=tmp_path, env={**kept, "PYTHONPATH": at, **environment}, capture_output=True, check=False
    )

    assert told.returncode == 1
    assert told.stderr == b""
    return told.stdout


@pytest.mark.parametrize("locale", LOCALES)
def test_the_signs_are_those_of_the_locale(locale: str, tmp_path: Path) -> None:
    environment, plain = LOCALES[locale]

    assert doctor(tmp_path, environment, "check").isascii() is plain


@pytest.mark.parametrize("form", ["json", "junit", "markdown"])
def test_a_document_is_in_utf_8_everywhere(form: str, tmp_path: Path) -> None:
    narrow = doctor(tmp_path, {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, "check", "--format", form)

    assert narrow == doctor(tmp_path, {"LANG": "C.UTF-8"}, "check", "--format", form)


def test_usual_signs_are_spelt() -> None:
    assert in_ascii("a → b … 3 \N{MULTIPLICATION SIGN} é") == "a -> b ... 3 x ?"


def test_a_document_is_given_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    talk.give("é\n")

    assert written.getvalue() == "é\n".encode()
