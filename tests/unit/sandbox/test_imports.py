"""Where init time goes: a tree of imports, measured by the handler's own interpreter, and what putting one off is worth."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from doctor.model.measured import Import
from doctor.model.outcome import Scenario
from doctor.sandbox.imports import PUT_OFF, WATCH, heaviest, tree
from doctor.sandbox.run import run
from doctor.sandbox.runtimes.python.startup import MARK
from tests.unit.sandbox.support import ARN, OWN_PYTHON, Ran, finish, function, has, write

PYTHONS = ("python3.9", "python3.10", "python3.11", "python3.12", "python3.13")
PACKAGE = {
    "app.py": "import light, heavy\n\ndef handler(event, context):\n    return heavy.NAME if event else light.NAME\n",
    "light.py": "NAME = 'light'\n",
    "heavy/__init__.py": "import time\ntime.sleep(0.15)\nfrom heavy import inner\nNAME = 'heavy'\n",
    "heavy/inner.py": "import time\ntime.sleep(0.05)\n",
}


@pytest.fixture
def asked(isolated: None, tmp_path: Path) -> Callable[..., Ran]:
    """Run the package, its runtime being asked for something."""

    def invoke(runtime: str = OWN_PYTHON, event: object = 1, **variables: str) -> Ran:
        subject = function(runtime)
        code = write(tmp_path / "code", PACKAGE, runtime)
        scenario = Scenario(function=ARN, event=msgspec.Raw(msgspec.json.encode(event)))
        return Ran(*finish(run(subject, code, scenario, environment={}, asked=variables)))

    return invoke


@pytest.mark.parametrize("runtime", PYTHONS)
def test_each_python_tells_its_imports(asked: Callable[..., Ran], runtime: str) -> None:
    if not has(runtime):
        pytest.skip(f"{runtime} is not on this machine")
    ran = asked(runtime, **{WATCH: "1"})
    root = ran.result.imports

    assert ran.payload == "heavy"
    assert root is not None
    assert root.name == "app"
    most = heaviest(root)
    assert most is not None
    assert (most.name, [one.name for one in most.imports if one.name == "heavy.inner"]) == ("heavy", ["heavy.inner"])
    assert 190 < most.total < 1000
    assert 140 < most.own < most.total - 45
    # Nothing of it is in the log, and the handler is not told.
    assert not [line for line in ran.lines if MARK in line]
    assert ran.own == []


REQUIRED = {
    "app.js": "const heavy = require('heavy'); const { light } = require('./lib/light');\n"
    "exports.handler = async () => [light, heavy.name, '_DOCTOR_IMPORTS' in process.env];",
    "lib/light.js": "exports.light = 'light';",
    "node_modules/heavy/index.js": "const end = Date.now() + 150; while (Date.now() < end); require('./inner'); exports.name = 'heavy';",
    "node_modules/heavy/inner.js": "const end = Date.now() + 50; while (Date.now() < end);",
}


def test_node_tells_what_is_required(isolated: None, tmp_path: Path) -> None:
    if not has("nodejs20.x"):
        pytest.skip("Node.js 20 is not on this machine")
    subject = function("nodejs20.x")
    code = write(tmp_path / "code", REQUIRED, "nodejs20.x")
    scenario = Scenario(function=ARN, event=msgspec.Raw(b"{}"))
    ran = Ran(*finish(run(subject, code, scenario, environment={}, asked={WATCH: "1"})))
    root = ran.result.imports

    assert ran.payload == ["light", "heavy", False]
    assert root is not None
    most = heaviest(root)
    assert most is not None
    assert (root.name, most.name, [one.name for one in most.imports]) == (
        "app",
        "heavy",
        ["node_modules/heavy/inner.js"],
    )
    assert 190 < most.total < 1000
    assert ran.own == []


def test_what_is_put_off_is_loaded_when_it_is_used(asked: Callable[..., Ran]) -> None:
    plain, unused, used = asked(), asked(event=0, **{PUT_OFF: "heavy"}), asked(**{PUT_OFF: "heavy"})

    assert (plain.payload, unused.payload, used.payload) == ("heavy", "light", "heavy")
    saved = [(plain.outcome.init_duration or 0) - (one.outcome.init_duration or 0) for one in (unused, used)]
    assert min(saved) > 100
    assert used.outcome.duration > 190 > unused.outcome.duration


def test_a_handler_that_is_not_asked_tells_nothing(asked: Callable[..., Ran]) -> None:
    assert asked().result.imports is None


def test_a_line_that_only_looks_like_it_is_the_handlers_own() -> None:
    node = Import(name="app", own=1.0, total=2.0, imports=(Import(name="x", own=1.0, total=1.0),))

    assert tree(MARK + msgspec.json.encode(node).decode()) == node
    assert tree(MARK + "{") is None
    assert tree("hello") is None
    assert heaviest(Import(name="app", own=1.0, total=1.0)) is None
