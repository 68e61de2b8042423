"""``doctor policy``: the least that an identity must be allowed for the selected rules to look."""

import json
from argparse import ArgumentParser, Namespace

from doctor.cli.exit import ExitCode
from doctor.cli.gate import chosen

SUMMARY = "print the least IAM policy for the reads that rules need"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--select", action="append", default=[], metavar="RULE", help="only for these rules")
    parser.add_argument("--ignore", action="append", default=[], metavar="RULE", help="not for these rules")
    parser.add_argument(
        "--rules", action="append", default=[], metavar="DIR", help="also rules of a folder of your own"
    )
    parser.add_argument(
        "--reproduce", action="store_true", help="also what 'doctor reproduce' reads: code, and events that failed"
    )


def run(arguments: Namespace) -> int:
    """Print an IAM policy document. Reads that cannot be limited to a resource are allowed on all."""
    from doctor.engine.reads import BESIDE, REPRODUCING, actions, operations
    from doctor.shelf import all_rules

    rules, _ = chosen(all_rules(arguments.rules, advice=True), arguments.select, arguments.ignore, advice=True)
    reads = operations(rules) | (set() if arguments.select or arguments.ignore else {*BESIDE})
    statements = [{"Sid": "DoctorReads", "Effect": "Allow", "Action": sorted(actions(reads)), "Resource": "*"}]
    if arguments.reproduce:
        statements.append(
            {"Sid": "DoctorReproduces", "Effect": "Allow", "Action": sorted(REPRODUCING), "Resource": "*"}
        )
    print(json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2))
    return ExitCode.OK
