"""The report as JSON, the same bytes for the same report."""

import msgspec

from doctor.model.report import Report


def render(report: Report) -> str:
    """Indented JSON; its form is versioned by ``schema``."""
    return msgspec.json.format(msgspec.json.encode(report, order="deterministic"), indent=2).decode() + "\n"
