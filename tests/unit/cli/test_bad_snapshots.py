"""A snapshot that somebody mangled ends in findings or in one plain line: never in a traceback, and never in silence."""

import copy
import gzip
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doctor.cli.exit import ExitCode
from doctor.cli.main import main
from doctor.shelf import demo
from doctor.store import snapshots

SEED: dict[str, Any] = json.loads(snapshots.encode(snapshots.read(demo())))
JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False),
        st.text(max_size=12),
        st.sampled_from(
            ["", "arn:aws:lambda:::", "arn", "2026-13-40T99:99:99Z", "\x00", "*", "$LATEST", "${x", "((((", "NaN"]
        ),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)
ENDINGS = {ExitCode.OK, ExitCode.FINDINGS, ExitCode.USAGE, ExitCode.NOT_SEEN}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [path] if path else []
    if isinstance(value, dict):
        found += [one for key, inner in value.items() for one in places(inner, (*path, key))]
    elif isinstance(value, list):
        found += [one for at, inner in enumerate(value[:3]) for one in places(inner, (*path, at))]
    return found


PLACES = places(SEED)


@st.composite
def mangled(draw: st.DrawFn) -> dict[str, Any]:
    """The shipped incident with a few of its values replaced or taken out."""
    document = copy.deepcopy(SEED)
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4)):
        inside = document
        try:
            for part in place[:-1]:
                inside = inside[part]
            if draw(st.booleans()):
                inside[place[-1]] = draw(JUNK)
            elif isinstance(inside, dict):
                del inside[place[-1]]
        except (KeyError, IndexError, TypeError):  # taken out by an earlier one
            continue
    return document


def ended(content: bytes, place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """How a check of a file ended."""
    path = place / "snapshot.json"
    path.write_bytes(content)
    capsys.readouterr()
    code = main(["check", "-s", str(path)])
    said = capsys.readouterr()
    return code, said.out, said.err


def judge(code: int, out: str, err: str) -> None:
    """Findings, a summary or one line; nothing else."""
    assert code in ENDINGS, out[-2000:]
    if code == ExitCode.USAGE:
        assert out == ""
        assert len(err.splitlines()) == 1
        assert err.startswith("doctor: ")
    else:
        assert " rules" in out


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(document=mangled())
def test_a_snapshot_with_other_values(
    document: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge(*ended(json.dumps(document).encode(), tmp_path, capsys))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1), bytes_=st.binary(max_size=8), cut=st.booleans())
def test_a_snapshot_with_other_bytes(
    at: float, bytes_: bytes, cut: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = json.dumps(SEED).encode()
    place = int(at * (len(whole) - 1))
    judge(*ended(whole[:place] + bytes_ + (b"" if cut else whole[place + len(bytes_) :]), tmp_path, capsys))


@settings(max_examples=60, deadline=None)
@given(content=st.one_of(st.binary(max_size=60), JUNK.map(lambda value: json.dumps(value).encode())))
def test_what_is_no_snapshot_is_said_to_be_none(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("bad") / "snapshot.json"
    path.write_bytes(content)

    assert main(["check", "-s", str(path)]) == ExitCode.USAGE


def test_a_byte_order_mark_is_read_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ended(b"\xef\xbb\xbf" + json.dumps(SEED).encode(), tmp_path, capsys)

    assert (code, "12 findings" in out) == (ExitCode.FINDINGS, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(b"{}"), "it is compressed by gzip: unpack it first"),
        (b"PK\x03\x04rest", "it is a zip: unpack it first, or run a bundle"),
        ("{}".encode("utf-16"), "it is UTF-16, as a Windows shell writes: save it as UTF-8"),
    ],
    ids=["gzip", "zip", "UTF-16"],
)
def test_another_form_is_named(content: bytes, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = ended(content, tmp_path, capsys)

    assert (code, words in err) == (ExitCode.USAGE, True)


@pytest.mark.parametrize("window", [0, -1, 10**400], ids=["none", "negative", "endless"])
def test_a_window_that_is_none_is_refused(window: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = json.dumps({**SEED, "scope": {**SEED["scope"], "window": window}}).encode()
    code, _, err = ended(content, tmp_path, capsys)

    assert code == ExitCode.USAGE
    assert "its window is no length of time that is meant - at `$.scope.window`" in err


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(document=mangled())
def test_a_snapshot_with_other_values_is_told_in_every_format(
    document: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "snapshot.json").write_bytes(json.dumps(document).encode())
    files = {form: tmp_path / form for form in ("json", "sarif", "junit", "github", "markdown")}
    written = [argument for form, path in files.items() for argument in ("-o", f"{form}={path}")]
    code = main(["check", "-s", str(tmp_path / "snapshot.json"), *written])
    capsys.readouterr()

    assert code in ENDINGS
    if code != ExitCode.USAGE:
        assert ET.parse(files["junit"]).getroot().tag == "testsuite"  # noqa: S314 -- it is our own
        assert json.loads(files["sarif"].read_text())["version"] == "2.1.0"
        assert json.loads(files["json"].read_text())["doctor"]
        assert all(path.read_text().endswith("\n") for path in files.values())
