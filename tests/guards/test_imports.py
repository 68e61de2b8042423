"""Pay for what you use: what each way into doctor may load."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from doctor.shelf import demo

HEAVY = ("boto3", "botocore", "moto", "networkx", "rich", "textual", "psutil", "cryptography")
SNAPSHOT = str(demo())
WITHOUT = {
    "version": (["--version"], (*HEAVY, "msgspec")),
    "help": (["--help"], HEAVY),
    "check of a snapshot": (["check", "--snapshot", SNAPSHOT], HEAVY),
    "check as JSON": (["check", "--snapshot", SNAPSHOT, "--format", "json"], HEAVY),
    "why of a function in a VPC": (["why", "crm-sync", "--snapshot", SNAPSHOT], HEAVY),
    "history": (["history"], HEAVY),
}
PROBE = """
import json, sys
from doctor.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def _loaded(arguments: list[str], tmp_path: Path) -> set[str]:
    told = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"DOCTOR_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    return set(json.loads(told.stderr.splitlines()[-1]))


@pytest.mark.parametrize("name", WITHOUT)
def test_a_command_loads_only_what_it_needs(name: str, tmp_path: Path) -> None:
    arguments, unwanted = WITHOUT[name]

    loaded = _loaded(arguments, tmp_path)

    assert loaded.isdisjoint(unwanted), sorted(loaded & set(unwanted))
    assert "doctor" in loaded


def test_the_snapshot_that_proves_it_has_findings_and_a_vpc() -> None:
    """Otherwise the test above would prove nothing about them."""
    command = [sys.executable, "-m", "doctor", "check", "--snapshot", SNAPSHOT]

    told = subprocess.run(command, capture_output=True, text=True, check=False)

    assert told.returncode == 1
    assert "crm-sync" in told.stdout


def test_importing_doctor_costs_nothing() -> None:
    probe = "import sys; before = set(sys.modules); import doctor; print(sorted(set(sys.modules) - before))"

    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    loaded = set(told.stdout.strip("[]\n").replace("'", "").split(", "))
    assert "doctor" in loaded
    assert {name for name in loaded if name.startswith("doctor.") or name in (*HEAVY, "msgspec")} == set()


def test_doctor_offers_the_vocabulary_of_rules() -> None:
    import doctor
    from doctor import rules_api

    assert {name for name in rules_api.__all__ if getattr(doctor, name) is not getattr(rules_api, name)} == set()
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = doctor.Nonsense
