"""The handlers of the shipped account: real code that does what its function's row in the table says.

What takes longer, or needs AWS or a memory limit to show, is run where the sandbox is tested.
"""

import ast
import json
import shutil
import subprocess
import sys

import pytest

from doctor.model.function import Function
from doctor.model.snapshot import Snapshot
from tests.incidents.twelve_faults.scene import CODE, INCIDENT, function_arn

PYTHON = "import json, sys; from {module} import {function} as f; print(json.dumps(f(json.load(sys.stdin), None)))"
NODE = "import('./{file}').then(async (m) => console.error(JSON.stringify(await (m.handler ?? m.default.handler)(JSON.parse(require('fs').readFileSync(0))))))"


def _run(name: str, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=CODE / name,
        input=(INCIDENT / "events" / f"{name}.json").read_text(encoding="utf-8"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _python(name: str, module: str, function: str) -> subprocess.CompletedProcess[str]:
    return _run(name, sys.executable, "-B", "-c", PYTHON.format(module=module, function=function))


@pytest.mark.parametrize(
    ("name", "module", "function", "answer"),
    [
        ("contact-verify", "app", "handler", {"plausible": True, "faults": []}),
        ("price-lookup", "lookup", "handler", {"statusCode": 200, "body": '{"article": "A-004711", "price": "60.76"}'}),
    ],
)
def test_a_healthy_python_handler_answers_its_event(name: str, module: str, function: str, answer: object) -> None:
    assert json.loads(_python(name, module, function).stdout) == answer


def test_a_nested_handler_answers_its_event() -> None:
    answer = json.loads(_python("label-preview", "src.labels.preview", "render").stdout)

    assert answer["preview"].splitlines()[1] == "| Example Stores  |"


def test_the_missing_dependency_is_missing() -> None:
    assert "ModuleNotFoundError: No module named 'phonenumbers'" in _python("address-verify", "app", "handler").stderr


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js on this machine")
@pytest.mark.parametrize(
    ("name", "file", "part"),
    [
        ("usage-rollup", "index.js", {"until": "2026-11-23T10:30:00Z"}),
        ("usage-digest", "index.js", {"at": "2026-11-23T10:30:00Z"}),
        ("stock-level", "index.mjs", {}),
    ],
)
def test_a_node_handler_answers_its_event(name: str, file: str, part: dict[str, str]) -> None:
    answer = json.loads(_run(name, "node", "-e", NODE.format(file=file)).stderr)

    assert {key: answer[key] for key in part} == part
    assert len(answer) == len(part) + 1


def test_every_python_handler_but_one_is_where_its_configuration_says(account: Snapshot) -> None:
    wrong = []
    for one in account.resources.values():
        if isinstance(one, Function) and (one.runtime or "").startswith("python"):
            module, _, function = one.handler.rpartition(".")
            tree = ast.parse((CODE / one.function_name / f"{module}.py").read_text(encoding="utf-8"))
            if function not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
                wrong.append(one.arn)

    assert wrong == [function_arn("label-print")]


def test_every_node_handler_is_where_its_configuration_says(account: Snapshot) -> None:
    for one in account.resources.values():
        if isinstance(one, Function) and (one.runtime or "").startswith("nodejs"):
            files = [path for path in (CODE / one.function_name).iterdir() if path.stem == "index"]
            export = (
                "exports.handler = "
                if "'use strict'" in files[0].read_text(encoding="utf-8")
                else "export const handler = "
            )

            assert one.handler == "index.handler"
            assert [export in path.read_text(encoding="utf-8") for path in files] == [True], one.arn
