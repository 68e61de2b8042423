"""The facts of a whole package: sizes, modes, bounds, and what is no package."""

import re
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doctor.code import contents, survey
from doctor.code.facts import KEPT_TOP_LEVEL, facts
from doctor.code.native import natives
from doctor.model.package import FileMode, Package, Unread, Weight
from tests.unit.code.packages import elf, read, zipped

FILES = {"app.py": "import vendored\n", "vendored/__init__.py": "", "vendored/a.py": "A = 1\n", "B.txt": "b"}


def test_files_and_bytes_are_counted_and_the_top_is_named() -> None:
    package = read({"vendored/": "", **FILES})

    assert (package.files, package.unzipped_size) == (4, 23)
    assert package.top_level == ("B.txt", "app.py", "vendored")
    assert package.heaviest == (
        Weight(name="app.py", size=16),
        Weight(name="vendored", size=6),
        Weight(name="B.txt", size=1),
    )


def test_a_folder_has_the_facts_of_its_zip(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    ours, theirs = (facts(one, handler="app.handler", runtime="python3.11") for one in (tmp_path, zipped(FILES)))

    assert ours == theirs


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="no directory"):
        facts(tmp_path / "missing", handler="", runtime="python3.11")


@pytest.mark.parametrize("package", [b"", b"not a zip", zipped(FILES)[:-30]], ids=["nothing", "text", "cut off"])
def test_what_is_no_zip_is_an_error(package: bytes) -> None:
    with pytest.raises(zipfile.BadZipFile):
        facts(package, handler="app.handler", runtime="python3.11")


def test_facts_survive_the_snapshots_json() -> None:
    package = read({**FILES, "x.so": elf(), "app.py": "import os\nX = os.environ['X']\n"})

    assert msgspec.json.decode(msgspec.json.encode(package), type=Package) == package


@pytest.mark.parametrize(
    ("name", "mode", "problem"),
    [
        ("app.py", 0o600, "unreadable"),
        ("app.py", 0o640, "unreadable"),
        ("bootstrap", 0o644, "not executable"),
        ("extensions/agent", 0o644, "not executable"),
        ("folder/", 0o700, "untraversable"),
    ],
)
def test_what_lambdas_user_may_not_use_is_named(name: str, mode: int, problem: str) -> None:
    package = facts(zipped({name: ""}, {name: mode}), handler="", runtime="python3.11")

    assert package.modes == (FileMode(path=name, mode=mode, problem=problem),)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "mode"), [("app.py", 0o644), ("bootstrap", 0o755), ("folder/", 0o755), ("app.py", 0)])
def test_sufficient_and_untold_modes_are_no_problem(name: str, mode: int) -> None:
    assert facts(zipped({name: ""}, {name: mode}), handler="", runtime="python3.11").modes == ()


def test_what_a_bound_cuts_off_is_counted() -> None:
    package = read({f"{i:04}.txt": "" for i in range(KEPT_TOP_LEVEL + 7)})

    assert len(package.top_level) == KEPT_TOP_LEVEL
    assert package.omitted == {"top_level": 7}
    assert package.files == KEPT_TOP_LEVEL + 7


def test_source_that_is_too_large_is_not_read_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "FILES", 2)
    package = read({"app.py": "#" * (survey.LARGEST + 1), "b.py": "", "c.py": "", "d.py": ""})

    assert package.source.files == ("b.py", "c.py")
    assert package.unread == (
        Unread(path="app.py", reason=f"larger than {survey.LARGEST} bytes"),
        Unread(path="d.py", reason="there is more source than is read of one package"),
    )


def test_of_a_huge_library_only_the_header_is_read_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(natives, "LARGEST", 300)
    package = read({"x.so": elf(needed=("libc.so.6",)) + bytes(300)})

    assert [(one.machine, one.needed) for one in package.natives] == [("x86_64", ())]
    assert package.unread == (Unread(path="x.so", reason="too large: only its header was read"),)


def test_a_damaged_file_is_a_fact_and_the_others_are_read() -> None:
    package = bytearray(zipped({"app.py": "import os\n" * 50, "b.py": "import json\n"}))
    package[40] ^= 0xFF

    found = facts(bytes(package), handler="b.handler", runtime="python3.11")

    assert [one.path for one in found.unread] == ["app.py"]
    assert found.source.files == ("b.py",)


def test_paths_that_are_too_long_are_counted_and_not_followed() -> None:
    package = read({"a/" * contents.LONGEST_PATH + "b.py": "import os\n", "app.py": ""})

    assert package.files == 2
    assert package.source.files == ("app.py",)
    assert package.unread == (Unread(path="", reason="1 files have paths longer than 1024 characters"),)


def test_links_are_counted_and_not_followed() -> None:
    package = facts(
        zipped({"app.py": "/etc/passwd"}, {"app.py": 0o120777}), handler="app.handler", runtime="python3.11"
    )

    assert (package.files, package.source.files) == (1, ())


NAMES = st.sampled_from(
    ("app.py", "index.js", "index.mjs", "x.so", "bootstrap", "package.json", "a-1.dist-info/RECORD", "a/b.py")
)
PIECES = re.findall(
    r"\S+",
    "import os from ( ) { } [ ] = => ' \" ` ${ / // /* */ \\ , : . async function exports.handler module.exports export default "
    "require( boto3 .client( process.env.A os.environ def class try: except lambda new x 1",
)
TEXTS = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(
        st.sampled_from(PIECES),
        max_size=60,
    ).map(lambda parts: "\n".join(parts).encode()),
)
RUNTIMES = st.sampled_from(("python3.8", "python3.13", "python2.7", "nodejs22.x", "provided.al2", "java21", ""))
HANDLERS = st.one_of(
    st.sampled_from(("app.handler", "index.handler", "", ".", "a/b.c", "../x.y")), st.text(max_size=12)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, TEXTS, max_size=5), HANDLERS, RUNTIMES)
def test_no_file_is_an_error_and_all_facts_can_be_written(files: dict[str, bytes], handler: str, runtime: str) -> None:
    package = facts(zipped(files), handler=handler, runtime=runtime)

    assert package.files == len(files)
    assert msgspec.json.decode(msgspec.json.encode(package), type=Package) == package


WHOLE = zipped({"app.py": "import boto3\n", "x.so": elf(), "package.json": "{}"})


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_zip_is_read_or_is_no_zip(damages: list[tuple[int, int]]) -> None:
    package = bytearray(WHOLE)
    for place, value in damages:
        package[place] = value
    try:
        found = facts(bytes(package), handler="app.handler", runtime="python3.11")
    except zipfile.BadZipFile:
        return

    assert msgspec.json.decode(msgspec.json.encode(found), type=Package) == found
