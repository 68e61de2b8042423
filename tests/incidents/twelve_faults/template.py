"""A snapshot as the JSON that is shipped: no moment but ``taken_at``."""

import re
from datetime import datetime

import msgspec

from doctor.model.moments import offset, rfc3339
from doctor.model.snapshot import Snapshot

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def template(snapshot: Snapshot) -> str:
    """Encode ``snapshot``, each of its times told by its distance from ``taken_at``."""
    now = snapshot.taken_at
    same = msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot)  # whole numbers become the floats they are
    text = relative(msgspec.json.format(msgspec.json.encode(same), indent=1).decode(), now)
    anchor = f'"taken_at": "{rfc3339(now)}",\n "offsets": true'
    return text.replace(f'"taken_at": "{offset(now, now)}"', anchor, 1) + "\n"


def relative(text: str, now: datetime) -> str:
    """Put a placeholder in the place of every time in UTC, whatever its precision."""
    return _TIME.sub(lambda match: offset(datetime.fromisoformat(match[0]), now), text)
