"""What becomes of each fault of the shipped account: diagnosed, reproduced, rehearsed, applied, looked at again.

``python -m tests.bench.mending`` does for every broken function what ``doctor fix FUNCTION --apply --yes`` does, against a
fresh embedded account, and takes each fix back before the next. "Mended" means: proved before, the settings read back, the
finding gone. The embedded account runs no handlers, so none is "confirmed" by an invocation there.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Generator
from typing import Any

from msgspec.structs import replace

from doctor import changing, pipeline
from doctor.engine.diagnose import diagnose
from doctor.engine.world import World
from doctor.errors import DoctorError
from doctor.model import arns
from doctor.model.finding import Finding, Severity
from doctor.model.plan import Proved
from doctor.model.target import Target
from doctor.shelf import shipped_rules

TARGET = Target(demo=True)


def done(job: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


def faults(account: pipeline.Account) -> list[Finding]:
    """The worst root of each function that has one of at least medium severity."""
    snapshot = done(pipeline.collect(TARGET, account))
    found: dict[str, Finding] = {}
    for one in diagnose(World(snapshot), shipped_rules()).findings:
        if not one.causes and one.affects and one.severity.rank <= Severity.MEDIUM.rank:
            found.setdefault(arns.name(one.affects[0]), one)
    return list(found.values())


def mend(account: pipeline.Account, finding: Finding) -> tuple[str, str, str]:
    """How the proof went, how it ended, and why."""
    target = replace(TARGET, functions=(arns.name(finding.affects[0]),))
    world = World(done(pipeline.collect(target, account)))
    case = pipeline.Case(target=target, account=account, world=world, rules=shipped_rules())
    mine = [one for one in diagnose(world, case.rules).findings if one.rule == finding.rule]
    if not mine:
        return "-", "not", "not found when only its function is read"
    rehearsal = done(changing.fix(case, mine[:1]))
    ran = "not run" if rehearsal.before is None else rehearsal.before.verdict.replace("_", " ")
    if not isinstance(rehearsal, Proved):
        return ran, "unproved", "; ".join(rehearsal.reasons)
    receipt = done(changing.apply(rehearsal, account))
    seen = done(changing.verify(receipt, account, target, case.rules))
    if receipt.state == "applied":
        done(changing.undo(receipt.id, account))
    good = seen.settings_read_back and seen.finding_gone
    why = rehearsal.plan.title if good else "; ".join((*(step.error for step in receipt.steps), *seen.lines))
    return ran, "mended" if good else "not", why


def main() -> int:
    """Print a row for each fault, and the count; 1: one of them did not come through."""
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    counted: Counter[str] = Counter()
    with pipeline.connected(TARGET) as account:
        assert account is not None
        print(f"{'function':<18}{'rule':<32}{'here':<16}{'end':<10}{'s':>5}  why")
        for finding in faults(account):
            start = time.monotonic()
            try:
                ran, end, why = mend(account, finding)
            except DoctorError as error:
                ran, end, why = "-", "not", str(error)
            counted[end] += 1
            name = arns.name(finding.affects[0])
            print(f"{name:<18}{finding.rule:<32}{ran:<16}{end:<10}{time.monotonic() - start:>5.1f}  {why}", flush=True)
    print(", ".join(f"{number} {end}" for end, number in counted.items()))
    return 1 if counted["not"] else 0


if __name__ == "__main__":
    sys.exit(main())
