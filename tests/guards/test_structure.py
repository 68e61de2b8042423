"""The shape of the house: sizes, the top level, the layers."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = {"pyproject.toml", "README.md", "doctor", "rules", "tests", "snapshots"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


def _tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode != 0:  # an unpacked source distribution
        return [path for path in ROOT.rglob("*") if path.is_file() and "." not in {part[:1] for part in path.parts}]
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name]


def _sources() -> list[Path]:
    return [path for path in _tracked() if path.suffix == ".py" and path.is_file() and "snapshots" not in path.parts]


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_the_top_level_holds_the_six_entries_and_dot_folders() -> None:
    entries = {path.relative_to(ROOT).parts[0] for path in _tracked()}

    assert {entry for entry in entries if not entry.startswith(".")} == TOP


def test_no_file_is_longer_than_a_person_reads_in_one_sitting() -> None:
    long = {str(path): lines for path in _sources() if (lines := len(path.read_text().splitlines())) > LONGEST_FILE}

    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{function.name}": length
        for path in _sources()
        for function in _functions(ast.parse(path.read_text()))
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }

    assert long == {}


def test_every_room_keeps_to_its_floor() -> None:
    """The contracts of import-linter, in pyproject.toml."""
    pytest.importorskip("importlinter", reason="import-linter comes with the dev extra")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"]

    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout


def test_the_project_is_clean_under_ruff_and_mypy() -> None:
    for tool in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]):
        told = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True, check=False)

        assert told.returncode == 0, f"{' '.join(tool)}\n{told.stdout}{told.stderr}"
