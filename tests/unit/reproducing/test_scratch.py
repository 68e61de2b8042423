"""The directory of a run goes with it, whatever ends doctor."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from doctor.reproducing.scratch import scratch

HOLDS = """
from doctor.reproducing.scratch import scratch
with scratch() as place:
    (place / "code").mkdir()
    (place / "code" / "app.py").write_text("x = 1")
    print(place, flush=True)
    input()
"""


def test_it_is_gone_after_the_run() -> None:
    with scratch() as place:
        (place / "app.py").write_text("x = 1")

    assert not place.exists()


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_it_is_gone_when_doctor_was_killed(tmp_path: Path, end: str) -> None:
    with subprocess.Popen(
        (sys.executable, "-c", HOLDS),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as doctor:
        assert doctor.stdout is not None
        place = Path(doctor.stdout.readline().strip())
        assert place.is_relative_to(tmp_path)
        assert (place / "code" / "app.py").exists()
        getattr(doctor, end)()
        doctor.wait()

    latest = time.monotonic() + 20
    while place.exists() and time.monotonic() < latest:
        time.sleep(0.02)
    assert list(tmp_path.iterdir()) == []
