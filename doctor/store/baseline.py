"""A baseline: the fingerprints of what was found when a team began to look."""

from pathlib import Path

import msgspec

from doctor.engine.suppress import Known
from doctor.errors import ConfigError
from doctor.model.finding import Diagnosis
from doctor.model.record import Record
from doctor.store.home import write

SCHEMA = "1.0"


class Baseline(Record, forbid_unknown_fields=True, omit_defaults=False):
    """The file."""

    schema: str = SCHEMA
    findings: tuple[Known, ...]


def read(path: Path) -> tuple[Known, ...]:
    """The entries of a baseline.

    Raises:
        ConfigError: the file is missing or is no baseline.
    """
    try:
        baseline = msgspec.json.decode(path.read_bytes(), type=Baseline)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such baseline; make one with --write-baseline") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not a baseline: {error}") from error
    return baseline.findings


def save(path: Path, diagnosis: Diagnosis) -> int:
    """Write what is found now, suppressed by an earlier baseline or not; returns how many entries."""
    known = [one.finding for one in diagnosis.suppressed if one.by == "baseline"]
    entries = sorted(
        (
            Known(fingerprint=one.fingerprint, rule=one.rule, subject=one.subject)
            for one in (*diagnosis.findings, *known)
        ),
        key=lambda entry: (entry.rule, entry.subject, entry.fingerprint),
    )
    text = msgspec.json.format(msgspec.json.encode(Baseline(findings=tuple(entries))), indent=2)
    write(path, text + b"\n")
    return len(entries)
