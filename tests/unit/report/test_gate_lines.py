"""What the gate of a run saw, in words: every way in which a connection can end has its own."""

from typing import get_args

import pytest

from doctor.model.events import Gated
from doctor.model.gate import Connection, Way
from doctor.report.lines import gate
from doctor.report.lines.glyphs import UNICODE
from doctor.report.lines.spans import plain
from tests.tui.samples import NOW

ENDS = {"open": "opened", "dropped": "hung", "refused": "was refused", "unreachable": "has no route"}


@pytest.mark.parametrize("way", get_args(Way))
def test_every_end_of_a_connection_is_told_as_it_happens_in_short_and_in_full(way: Way) -> None:
    one = Connection(host="2606:4700::1111", port=443, way=way, ipv6=True)
    words = f"[2606:4700::1111]:443 {ENDS[way]}"

    assert words in plain(gate.met(Gated(at=NOW, connection=one), 100, UNICODE))
    assert [text for _, text in gate.short((), (one,), UNICODE)] == ([] if way == "open" else [words])
    assert words in plain(gate.connections((one,), 100, UNICODE))
