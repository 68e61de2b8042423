"""Where a Handler leads in the package."""

import pytest

from doctor.model.package import HandlerCode
from tests.unit.code.packages import read

PYTHON = "def handler(event, context):\n    pass\n"
FOUND: dict[str, tuple[dict[str, str | bytes], str, str]] = {
    "file": ({"app.py": PYTHON}, "app.handler", "app.py"),
    "folder by slash": ({"src/app.py": PYTHON}, "src/app.handler", "src/app.py"),
    "folder by dot": ({"src/app.py": PYTHON}, "src.app.handler", "src/app.py"),
    "package": ({"app/__init__.py": PYTHON}, "app.handler", "app/__init__.py"),
    "package before file": ({"app/__init__.py": PYTHON, "app.py": ""}, "app.handler", "app/__init__.py"),
    "compiled": (
        {"app.cpython-311-x86_64-linux-gnu.so": b"\x7fELF"},
        "app.handler",
        "app.cpython-311-x86_64-linux-gnu.so",
    ),
    "byte code": ({"app.pyc": b""}, "app.handler", "app.pyc"),
    "missing": ({"main.py": PYTHON}, "app.handler", ""),
    "nested too deep": ({"package/app.py": PYTHON}, "app.handler", ""),
}


@pytest.mark.parametrize("name", FOUND)
def test_the_file_of_a_python_handler_is_the_one_that_python_imports(name: str) -> None:
    files, handler, path = FOUND[name]
    code = read(files, handler).handler

    assert code is not None
    assert code.path == path


def test_a_file_that_lies_elsewhere_is_pointed_to() -> None:
    files = {"package/app.py": PYTHON, "a/b/app.py": PYTHON, "src\\app.py": PYTHON, "apple.py": ""}
    code = read(files, "app.handler").handler

    assert code is not None
    assert code.elsewhere == ("src\\app.py", "package/app.py", "a/b/app.py")


DEFINED = {
    "def handler(event, context): ...": (True, 2, False),
    "async def handler(event, context): ...": (True, 2, True),
    "def handler(event): ...": (True, 1, False),
    "def handler(*args): ...": (True, None, False),
    "@decorated\ndef handler(event): ...": (True, None, False),
    "handler = make()": (True, None, False),
    "from other import handler": (True, None, False),
    "import other as handler": (True, None, False),
    "class handler: ...": (True, None, False),
    "try:\n    def handler(e, c): ...\nfinally: ...": (True, 2, False),
    "for handler in (): ...": (True, None, False),
    "from other import *": (None, None, False),
    "def __getattr__(name): ...": (None, None, False),
    "def main(event, context): ...": (False, None, False),
    "def outer():\n    def handler(event, context): ...": (False, None, False),
    "class A:\n    def handler(self, event): ...": (False, None, False),
}


@pytest.mark.parametrize("text", DEFINED)
def test_whether_a_python_file_defines_the_function_and_how(text: str) -> None:
    code = read({"app.py": text}).handler

    assert code is not None
    assert (code.defined, code.parameters, code.asynchronous) == DEFINED[text]


def test_functions_that_look_like_handlers_are_named() -> None:
    text = "def lambda_handler(a, b): ...\ndef main(event, _): ...\ndef add(a, b): ...\ndef on(event): ...\ndef _x(event, context): ...\n"
    code = read({"app.py": text}).handler

    assert code is not None
    assert code.candidates == ("lambda_handler", "main")


@pytest.mark.parametrize(
    ("handler", "runtime", "problem"),
    [
        ("handler", "python3.11", "malformed"),
        ("time.handler", "python3.11", "built-in module"),
        ("sys/x.handler", "python3.11", "built-in module"),
        ("json.handler", "python3.11", ""),
        ("handler", "nodejs22.x", "malformed"),
        ("../index.handler", "nodejs22.x", "malformed"),
        ("index.handler", "nodejs22.x", ""),
    ],
)
def test_a_handler_that_can_lead_nowhere_is_named(handler: str, runtime: str, problem: str) -> None:
    code = read({}, handler, runtime).handler

    assert code is not None
    assert code.problem == problem


NODE_FILES = [
    ({"index.js": ""}, "index.handler", "index.js"),
    ({"index.mjs": ""}, "index.handler", "index.mjs"),
    ({"index.cjs": ""}, "index.handler", "index.cjs"),
    ({"index.mjs": "", "index.js": ""}, "index.handler", "index.js"),
    ({"src/api/index.js": ""}, "src/api/index.handler", "src/api/index.js"),
    ({"index.js": ""}, "./index.handler", "index.js"),
    ({"app.js": ""}, "app.http.get", "app.js"),
    ({"index.ts": ""}, "index.handler", ""),
]


@pytest.mark.parametrize(("files", "handler", "path"), NODE_FILES)
def test_the_file_of_a_node_handler_is_the_one_that_the_runtime_loads(
    files: dict[str, str], handler: str, path: str
) -> None:
    code = read(files, handler, "nodejs22.x").handler

    assert code is not None
    assert code.path == path


EXPORTED = {
    "exports.handler = async (event) => {};": (True, 1, True, "commonjs"),
    "module.exports.handler = function (event, context, callback) {};": (True, 3, False, "commonjs"),
    "exports['handler'] = main;": (True, None, False, "commonjs"),
    "async function handler(event) {}\nmodule.exports = { other: 1, handler };": (True, 1, True, "commonjs"),
    "module.exports = { handler: async (event, context) => {} };": (True, 2, True, "commonjs"),
    "module.exports = { async handler(event) {}, };": (True, None, False, "commonjs"),
    "module.exports = { inner: { handler: 1 } };": (False, None, False, "commonjs"),
    "module.exports = { ...others };": (None, None, False, "commonjs"),
    "module.exports = make();": (None, None, False, "commonjs"),
    "Object.defineProperty(exports, 'handler', { get: f });": (True, None, False, "commonjs"),
    "Object.defineProperty(exports, '__esModule', { value: true });\nexports.main = 1;": (
        False,
        None,
        False,
        "commonjs",
    ),
    "__exportStar(require('./x'), exports);": (None, None, False, "commonjs"),
    "__export(src, { handler: () => handler });\nmodule.exports = __toCommonJS(src);\nvar handler = async (e) => {};": (
        True,
        1,
        True,
        "commonjs",
    ),
    "__export(src, { main: () => main });\nmodule.exports = __toCommonJS(src);": (False, None, False, "commonjs"),
    "export const handler = async (event) => {};": (True, 1, True, "esm"),
    "export async function handler(event, context) {}": (True, 2, True, "esm"),
    "const main = 1;\nexport { main as handler };": (True, None, False, "esm"),
    "const handler = async event => {};\nexport { other, handler };": (True, 1, True, "esm"),
    "exports.handler = (0, wrap)(main);": (True, None, False, "commonjs"),
    "exports.handler = void 0;\nconst handler = async (event) => {};\nexports.handler = handler;": (
        True,
        1,
        True,
        "commonjs",
    ),
    "export * from './x.mjs';": (None, None, False, "esm"),
    "export default async (event) => {};": (False, None, False, "esm"),
    "import x from 'x';\nmodule.exports.main = x;": (False, None, False, "mixed"),
    "// exports.handler = 1\nconst s = 'exports.handler = 1';": (False, None, False, ""),
    "export const handler = async ({ body }, context) => {};": (True, None, True, "esm"),
}


@pytest.mark.parametrize("text", EXPORTED)
def test_whether_a_javascript_file_exports_the_function_and_how(text: str) -> None:
    code = read({"index.js": text}, "index.handler", "nodejs22.x").handler

    assert code is not None
    assert (code.defined, code.parameters, code.asynchronous, code.module_system) == EXPORTED[text]


def test_exports_that_look_like_handlers_are_named() -> None:
    text = "exports.main = async (event, context) => {};\nexports.myHandler = f;\nexports.LIMIT = 5;\n"
    code = read({"index.js": text}, "index.handler", "nodejs22.x").handler

    assert code is not None
    assert code.candidates == ("main", "myHandler")


@pytest.mark.parametrize(
    ("files", "path"), [({"bootstrap": "#!/bin/sh"}, "bootstrap"), ({"bin/bootstrap": ""}, ""), ({}, "")]
)
def test_a_custom_runtime_starts_with_bootstrap_at_the_top(files: dict[str, str], path: str) -> None:
    assert read(files, "any", "provided.al2023").handler == HandlerCode(module="bootstrap", path=path)


@pytest.mark.parametrize("runtime", ["java21", "dotnet8", "python2.7", ""])
def test_handlers_of_other_runtimes_are_not_judged(runtime: str) -> None:
    assert read({"app.py": PYTHON}, "app.handler", runtime).handler is None


ANSWERS = {
    'return {"statusCode": 200, "body": json.dumps({})}': ("object", 0, "text"),
    'return {"statusCode": 200, "body": {"a": 1}}': ("object", 0, "object"),
    'return {"message": "x", "ok": True}': ("object", 2, "unknown"),
    'return {"statusCode": 200, "body": body}': ("object", 0, "unknown"),
    'return {**common, "message": "x"}': ("object", 0, "unknown"),
    "return json.dumps({})": ("text", 0, "unknown"),
    'return f"{event}"': ("text", 0, "unknown"),
    "return [1]": ("list", 0, "unknown"),
    "return True": ("number", 0, "unknown"),
    "return": ("nothing", 0, "unknown"),
    "return respond(200)": ("unknown", 0, "unknown"),
}


@pytest.mark.parametrize("text", ANSWERS)
def test_what_a_python_handler_returns_is_told_by_its_form(text: str) -> None:
    code = read({"app.py": f"import json\ndef handler(event, context):\n    {text}\n"}).handler

    assert code is not None
    assert [(one.form, one.others, one.body) for one in code.answers] == [ANSWERS[text]]
    assert code.answers[0].line == 3


def test_only_the_handlers_own_answers_count_and_a_decorator_may_change_them() -> None:
    inner = (
        "def helper():\n    return 1\ndef handler(event, context):\n    def inner():\n        return 2\n    return {}\n"
    )
    own = read({"app.py": inner}).handler
    wrapped = read({"app.py": "@app.lambda_handler\ndef handler(event, context):\n    return 1\n"}).handler

    assert own is not None
    assert [one.line for one in own.answers] == [6]
    assert wrapped is not None
    assert wrapped.answers == ()
