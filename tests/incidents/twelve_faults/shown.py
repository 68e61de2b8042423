"""What the terminal UI shows of the account before it has looked: the overview and the rows, as the rules now make them."""

import msgspec

from doctor.engine.diagnose import diagnose
from doctor.engine.report import not_seen, rows
from doctor.engine.world import World
from doctor.model.report import Overview
from doctor.shelf import shipped_rules
from doctor.store import snapshots
from tests.incidents.twelve_faults.scene import INCIDENT


def index() -> bytes:
    """The index of the account as it lies on disk."""
    world = World(snapshots.read(INCIDENT))
    made = rows(world, diagnose(world, shipped_rules()))
    overview = Overview(
        source="embedded account",
        snapshot="",
        taken_at=world.snapshot.taken_at,
        account=world.snapshot.scope.account,
        region=world.snapshot.scope.region,
        functions=len(made),
        not_seen=not_seen(world),
    )
    return msgspec.json.format(msgspec.json.encode((overview, made)), indent=1) + b"\n"
