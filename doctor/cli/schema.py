"""``doctor schema``: the forms of doctor's files, as JSON Schema."""

from argparse import ArgumentParser, Namespace

from doctor.cli.exit import ExitCode

SUMMARY = "print the JSON schema of a report, a snapshot, a reproduction or another of doctor's files"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "what", choices=("report", "snapshot", "baseline", "reproduction", "sweep", "bundle"), help="whose schema"
    )


def run(arguments: Namespace) -> int:
    """Print it: JSON Schema 2020-12."""
    import msgspec

    from doctor.model.measured import Sweep
    from doctor.model.outcome import Reproduction
    from doctor.model.report import Report
    from doctor.model.snapshot import Snapshot
    from doctor.store.baseline import Baseline
    from doctor.store.bundles import Manifest

    kinds = {
        "report": Report,
        "snapshot": Snapshot,
        "baseline": Baseline,
        "reproduction": Reproduction,
        "sweep": Sweep,
        "bundle": Manifest,
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"doctor {arguments.what}",
        **msgspec.json.schema(kinds[arguments.what]),
    }
    from doctor.cli.talk import give_json

    give_json(schema)
    return ExitCode.OK
