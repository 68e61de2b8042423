"""Several memory sizes, by running: what is killed costs nothing worth comparing."""

from pathlib import Path

import pytest

from doctor.model.measured import Sized, Sweep
from doctor.model.target import Target
from doctor.pipeline import Case
from doctor.report.lines.glyphs import ASCII
from doctor.report.lines.learnt import sweep as page
from doctor.report.lines.spans import plain
from doctor.reproducing.sweep import sweep
from doctor.sandbox.abilities import abilities
from doctor.testing.world import function, world
from tests.unit.sandbox.support import OWN_PYTHON, finish

CODE = """
def handler(event, context):
    kept = bytearray(180 * 1024 * 1024)
    for page in range(0, len(kept), 4096):
        kept[page] = 1
    return sum(n * n for n in range(1_000_000))
"""


@pytest.fixture
def isolated() -> None:
    lacking = [one.note for one in abilities() if one.dimension == "files" and not one.by]
    if lacking:
        pytest.skip(lacking[0])


def test_more_memory_is_more_of_a_processor_and_too_little_is_killed(isolated: None, tmp_path: Path) -> None:
    (tmp_path / "code" / "f").mkdir(parents=True)
    (tmp_path / "code" / "f" / "app.py").write_text(CODE)
    subject = function(runtime=OWN_PYTHON, memory_size=512, timeout=60)
    case = Case(target=Target(snapshot=str(tmp_path)), account=None, world=world(subject), rules=())
    told: Sweep = finish(sweep(case, subject, (128, 1769)))[0]
    killed, _, whole = told.sizes

    assert [one.memory_size for one in told.sizes] == [128, 512, 1769]
    assert (killed.outcome, killed.cost) == ("out_of_memory", None)
    assert [round(one.processor, 2) for one in told.sizes] == [0.07, 0.29, 1.0]
    assert whole.cost == pytest.approx(1769 / 1024 * whole.billed / 1000 * told.price * 1e6 + told.request)
    assert any("not one that failed" in one for one in told.notes)


def test_the_page_tells_the_cheapest_and_the_configured() -> None:
    sizes = (
        Sized(
            memory_size=128, outcome="out_of_memory", duration=400.0, billed=400, processor=0.07, max_memory_used=128
        ),
        Sized(
            memory_size=512,
            outcome="succeeded",
            duration=300.0,
            billed=300,
            cost=2.7,
            processor=0.29,
            max_memory_used=190,
        ),
        Sized(
            memory_size=1769,
            outcome="succeeded",
            duration=100.0,
            billed=100,
            cost=3.1,
            processor=1.0,
            max_memory_used=190,
        ),
    )
    told = Sweep(
        function=function().arn, sizes=sizes, configured=512, price=0.0000166667, request=0.2, source="the list"
    )

    assert plain(page(told, 100, ASCII)).splitlines()[:5] == [
        "MEMORY SIZES OF f",
        "       MB  duration                        $ for a million                   used",
        "      128  ##################### 400 ms    out of memory                     128 MB",
        " +    512  ################..... 300 ms    ##################... 2.70        190 MB  configured",
        "     1769  #####................ 100 ms    ##################### 3.10        190 MB",
    ]
