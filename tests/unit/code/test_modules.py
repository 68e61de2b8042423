"""What imports find in a package and its layers, and what is missing."""

import sys

import pytest

from doctor.code import modules, standard_library
from doctor.code.facts import facts
from doctor.code.missing import missing_imports, search_paths
from doctor.code.runtimes import Runtime, parse
from doctor.model.package import Manifest, ModuleRoot
from tests.unit.code.packages import read, zipped


def test_python_modules_are_packages_files_and_libraries() -> None:
    files = (
        "a/__init__.py",
        "b/c.py",
        "d.py",
        "e.pyc",
        "f.so",
        "g.abi3.so",
        "h.cpython-311-x86_64-linux-gnu.so",
        "i.txt",
        "j-1.0.dist-info/RECORD",
        "k-l/m.py",
        "__pycache__/n.pyc",
    )
    package = read(dict.fromkeys(files, ""), handler="")

    assert package.modules == (ModuleRoot(path="", names=("a", "b", "d", "e", "f", "g", "h")),)


LAYERS = {
    "right": (("python/requests/__init__.py",), {"": ("python",), "python": ("requests",)}),
    "by version": (
        ("python/lib/python3.11/site-packages/requests/__init__.py",),
        {"": ("python",), "python": ("lib",), "python/lib/python3.11/site-packages": ("requests",)},
    ),
    "at the top": (("requests/__init__.py",), {"": ("requests",)}),
    "in a folder": (
        ("build/requests/__init__.py", "build/requests-2.0.dist-info/RECORD"),
        {"": ("build",), "build": ("requests",)},
    ),
    "zipped with its folder": (
        ("layer/python/requests/__init__.py",),
        {"": ("layer",), "layer/python": ("requests",)},
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_structure_of_a_layer_is_told_whether_it_is_right_or_not(name: str) -> None:
    files, expected = LAYERS[name]
    package = read(dict.fromkeys(files, ""), handler="")

    assert {root.path: root.names for root in package.modules} == expected


def test_node_packages_are_named_with_their_scope_and_nested_ones_are_not() -> None:
    files = (
        "node_modules/lodash/index.js",
        "node_modules/@aws-sdk/client-s3/index.js",
        "node_modules/lodash/node_modules/x/index.js",
        "node_modules/.bin/x",
        "nodejs/node_modules/y/index.js",
    )
    package = read(dict.fromkeys(files, ""), handler="", runtime="nodejs22.x")

    assert package.modules == (
        ModuleRoot(path="node_modules", names=("@aws-sdk/client-s3", "lodash")),
        ModuleRoot(path="nodejs/node_modules", names=("y",)),
    )


def test_too_many_modules_are_said_to_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modules, "KEPT_NAMES", 2)
    package = read({"app.py": "import zzz\n", "a.py": "", "b.py": "", "zzz.py": ""})

    assert package.modules == (ModuleRoot(path="", names=("a", "app"), complete=False),)
    assert "there are more modules than were listed" in missing_imports(package, [], "python3.11").doubts


@pytest.mark.parametrize(
    ("text", "expected", "unread"),
    [
        ('{"type": "module", "main": "dist/index.js", "x": 1}', Manifest(type="module", main="dist/index.js"), ""),
        ("{}", Manifest(), ""),
        ('{"type": 5}', Manifest(), ""),
        ("[]", None, "not a JSON object"),
        ("{", None, "not a JSON object"),
        (b'{"type": "\xff"}', None, "not a JSON object"),
        ("[" * 100_000, None, "not a JSON object"),
    ],
)
def test_the_manifest_says_how_node_loads_code(text: str, expected: Manifest | None, unread: str) -> None:
    package = read({"package.json": text}, "index.handler", "nodejs22.x")

    assert package.manifest == expected
    assert [one.reason for one in package.unread] == ([unread] if unread else [])


MISSING = {
    "packaged": ("import requests", {"requests/__init__.py": ""}, "python3.11", []),
    "missing": ("import requests", {}, "python3.11", ["requests"]),
    "optional": ("try:\n    import ujson\nexcept ImportError:\n    import json", {}, "python3.11", ["ujson"]),
    "standard": ("import json, __future__, _thread, xml.etree", {}, "python3.11", []),
    "of the runtime": ("import boto3, botocore.config, urllib3, dateutil", {}, "python3.13", []),
    "gone from the standard library": ("import distutils.util, imp, cgi", {}, "python3.12", ["distutils", "imp"]),
    "not yet in it": ("import tomllib", {}, "python3.10", ["tomllib"]),
    "still with setuptools": ("import pkg_resources", {}, "python3.11", []),
    "no longer with setuptools": ("import pkg_resources", {}, "python3.12", ["pkg_resources"]),
    "own module in a folder": ("import helper", {"src/helper.py": ""}, "python3.11", ["helper"]),
    "not led to": ("import os", {"scripts/x.py": "import pytest"}, "python3.11", []),
    "led to": ("import lib.x", {"lib/x.py": "import pandas"}, "python3.11", ["pandas"]),
}


@pytest.mark.parametrize("name", MISSING)
def test_a_missing_import_is_one_that_nothing_provides(name: str) -> None:
    text, files, runtime, expected = MISSING[name]

    found = missing_imports(read({"app.py": text, **files}, runtime=runtime), [], runtime)

    assert [one.name for one in found.imports] == expected
    assert found.doubts == ()


NODE_MISSING = {
    "packaged": ("require('lodash/fp')", {"node_modules/lodash/fp.js": ""}, "nodejs22.x", []),
    "missing": ("require('lodash')", {}, "nodejs22.x", ["lodash"]),
    "third version of the SDK": ("require('@aws-sdk/client-s3')", {}, "nodejs22.x", []),
    "second version of the SDK": ("require('aws-sdk')", {}, "nodejs18.x", ["aws-sdk"]),
    "second version of the SDK, then": ("require('aws-sdk')", {}, "nodejs16.x", []),
    "third version of the SDK, then": ("require('@aws-sdk/client-s3')", {}, "nodejs16.x", ["@aws-sdk/client-s3"]),
    "built in": ("require('crypto'); require('node:sqlite')", {}, "nodejs22.x", []),
    "from the top": ("require('shared/util')", {"shared/util.js": ""}, "nodejs22.x", []),
}


@pytest.mark.parametrize("name", NODE_MISSING)
def test_a_missing_node_package_is_one_that_nothing_provides(name: str) -> None:
    text, files, runtime, expected = NODE_MISSING[name]

    found = missing_imports(read({"index.js": text, **files}, "index.handler", runtime), [], runtime)

    assert [one.name for one in found.imports] == expected


def test_packages_beside_a_handler_in_a_folder_are_found() -> None:
    files = {"api/index.js": "require('lodash')", "api/node_modules/lodash/index.js": ""}

    assert missing_imports(read(files, "api/index.handler", "nodejs22.x"), [], "nodejs22.x").imports == ()


@pytest.mark.parametrize(
    ("folder", "runtime", "helps"),
    [
        ("python", "python3.12", True),
        ("python/lib/python3.12/site-packages", "python3.12", True),
        ("python/lib/python3.9/site-packages", "python3.12", False),
        ("", "python3.12", False),
        ("site-packages", "python3.12", False),
    ],
)
def test_a_layer_provides_what_lies_in_the_folders_where_the_runtime_looks(
    folder: str, runtime: str, helps: bool
) -> None:
    package = read({"app.py": "import requests"}, runtime=runtime)
    layer = facts(zipped({f"{folder}/requests/__init__.py".lstrip("/"): ""}), handler="", runtime=runtime)

    found = missing_imports(package, [layer], runtime)

    assert [one.name for one in found.imports] == ([] if helps else ["requests"])


def test_a_node_layer_provides_packages() -> None:
    package = read({"index.mjs": "import x from 'lodash';"}, "index.handler", "nodejs22.x")
    layer = read({"nodejs/node_modules/lodash/index.js": ""}, "", "nodejs22.x")

    assert missing_imports(package, [layer], "nodejs22.x").imports == ()


DOUBTS = {
    "no handler": (
        {"main.py": "import x"},
        "python3.11",
        "the handler's file was not found, so it is not known which imports are made",
    ),
    "search path": (
        {"app.py": "import sys\nsys.path.append('lib')"},
        "python3.11",
        "the code changes sys.path, so it may find modules elsewhere",
    ),
    "syntax": ({"app.py": "x ="}, "python3.11", "app.py is not valid Python, line 1"),
    "not read": ({"app.py": "#" * 600_000}, "python3.11", "app.py was not read"),
    "other language": ({}, "java21", "imports are not read for the runtime java21"),
    "image": ({}, "", "imports are not read for the runtime of a container image"),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_what_could_make_the_answer_wrong_is_said(name: str) -> None:
    files, runtime, doubt = DOUBTS[name]

    doubts = missing_imports(read(files, runtime=runtime), [], runtime).doubts

    assert doubts == (doubt,)


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [
        ("python3.12", Runtime("python", 3, 12)),
        ("nodejs22.x", Runtime("nodejs", 22)),
        ("nodejs8.10", Runtime("nodejs", 8, 10)),
        ("provided.al2023", Runtime("provided")),
        ("java21", Runtime("")),
        (None, Runtime("")),
    ],
)
def test_a_runtime_is_taken_apart(runtime: str | None, expected: Runtime) -> None:
    assert parse(runtime) == expected


def test_layers_are_searched_where_aws_says() -> None:
    assert search_paths("python3.12", layer=True) == ("python", "python/lib/python3.12/site-packages")
    assert search_paths("nodejs22.x", layer=True) == ("nodejs/node_modules", "nodejs/node22/node_modules")


def test_the_standard_library_is_this_interpreters() -> None:
    """The table is held against the interpreter that runs the test, which is another one in each job."""
    public = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    elsewhere = {"msilib", "msvcrt", "nt", "winreg", "winsound"}

    assert {
        name for name in standard_library.python(sys.version_info.minor) if not name.startswith("_")
    } == public - elsewhere
    assert set(sys.builtin_module_names) >= standard_library.BUILTIN  # distributions compile more of them in
