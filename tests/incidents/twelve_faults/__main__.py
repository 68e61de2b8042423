"""Write ``snapshots/twelve-faults``, account and index: ``python -m tests.incidents.twelve_faults``, from the root."""

from tests.incidents.twelve_faults.account import snapshot
from tests.incidents.twelve_faults.scene import INCIDENT
from tests.incidents.twelve_faults.shown import index
from tests.incidents.twelve_faults.template import template

if __name__ == "__main__":
    (INCIDENT / "account.json").write_text(template(snapshot()), encoding="utf-8")
    (INCIDENT / "index.json").write_bytes(index())
