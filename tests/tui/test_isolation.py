"""What the screen's process loads, and what the plain output does."""

import subprocess
import sys

import pytest

FORBIDDEN = {
    "boto3",
    "botocore",
    "moto",
    "networkx",
    "psutil",
    "doctor.aws",
    "doctor.engine",
    "doctor.iam",
    "doctor.network",
    "doctor.sandbox",
}


def _loads(statement: str) -> set[str]:
    script = f"{statement}\nimport sys\nprint(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )


def test_the_screen_never_loads_what_works() -> None:
    assert not FORBIDDEN & _loads("import doctor.tui.application")


def test_the_way_in_loads_no_textual_before_it_is_needed() -> None:
    assert not {"textual", "rich"} & _loads("import doctor.tui.app")


@pytest.mark.parametrize(
    "module", ["why", "functions", "fix", "receipt", "run", "keysheet", "states", "raw", "config", "rule"]
)
def test_the_producers_load_no_terminal_library(module: str) -> None:
    assert not {"textual", "rich", *FORBIDDEN} & _loads(f"import doctor.report.lines.{module}")
