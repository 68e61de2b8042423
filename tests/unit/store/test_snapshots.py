"""Snapshots on disk: what is written is read again, and what is no snapshot is one plain line with its path."""

import itertools
import stat
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from doctor.errors import SnapshotError
from doctor.model.report import FunctionRow, Overview
from doctor.store.snapshots import earlier, encode, index, put, read, save
from doctor.testing.world import ACCOUNT, NOW, REGION, function, snapshot, timed_out

SMALL = snapshot(function(), invocations=[timed_out(3, 2.9)])
ROW = FunctionRow(arn=function().arn, name="f", health="ok", why="")
OVERVIEW = Overview(source="file", snapshot="", taken_at=NOW, account=ACCOUNT, region=REGION)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "account.json"
    save(SMALL, path)
    return path


def test_what_is_saved_is_read(file: Path) -> None:
    assert read(file) == SMALL
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_folder_is_read_by_its_account_file(file: Path) -> None:
    assert read(file.parent) == SMALL


def test_now_can_be_told(file: Path) -> None:
    later = NOW + timedelta(days=1)

    assert read(file, now=later).taken_at == later


def test_offsets_become_times_before_now(file: Path) -> None:
    started = SMALL.invocations[function().arn][0].at
    text = file.read_text().replace(started.isoformat().replace("+00:00", "Z"), "{now-PT1M}")
    text = text.replace('{"schema"', '{"offsets":true,"schema"', 1)
    file.write_text(text)
    (one,) = read(file).invocations[function().arn]

    assert one.at == NOW - timedelta(minutes=1)


def test_a_log_line_that_looks_like_an_offset_is_left_alone(file: Path) -> None:
    """Only a file that says so tells its times by offsets: a handler may print anything."""
    file.write_text(file.read_text().replace("still at it", "{now-PT1M} {day-Pxy}"))

    assert "{now-PT1M} {day-Pxy}" in file.read_text()
    assert any("{now-PT1M}" in line.message for one in read(file).invocations[function().arn] for line in one.lines)


WHOLE = encode(SMALL)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON, or cut off"),
        (WHOLE[: len(WHOLE) // 2], "not JSON, or cut off"),
        (WHOLE[:-3], "not JSON, or cut off"),
        (b"not json", "not JSON, or cut off"),
        (b"\xff\xfe\x00", "not JSON, or cut off"),
        (b'{"taken_at": "2026-11-23T10:00:00Z", "deep": ' + b"[" * 200_000, "not JSON, or cut off"),
        (b"[]", "not a snapshot: Expected `object`"),
        (b"{}", "not a snapshot: Object missing required field `taken_at`"),
        (b'{"taken_at": "yesterday"}', r"not a snapshot: .* at `\$.taken_at`"),
        (b'{"taken_at": "2026-11-23T10:00:00", "scope": {"account": "", "region": ""}}', r"not a snapshot: .* at `\$.taken_at`"),
        (b'{"taken_at": "2026-11-23T10:00:00Z"}', "not a snapshot: Object missing required field `scope`"),
        (b'{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}', "not a snapshot"),
        (WHOLE.replace(b'"Timeout":3', b'"Timeout":"x"').replace(b'"FunctionName":"f"', b'"FunctionName":7'), r"not a snapshot: Expected `str`, got `int` - at `\$.resources"),
        (WHOLE.replace(b"AWS::Lambda::Function", b"AWS::Lambda::Elsewhere"), r"not a snapshot: Invalid value 'AWS::Lambda::Elsewhere'"),
        (WHOLE.replace(b'"taken_at"', b'"schema":"2.0","taken_at"'), "version 2.0 of the snapshot format; this doctor reads 1.2"),
        (b'{"offsets":true,' + WHOLE[1:].replace(b"still at it", b"{now-Pxy}"), "not a snapshot: 'Pxy' is not an ISO 8601 duration"),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_what_is_no_snapshot_is_one_line_with_its_path(file: Path, content: bytes, words: str) -> None:
    file.write_bytes(content)
    with pytest.raises(SnapshotError, match=words) as caught:
        read(file)

    assert str(caught.value).startswith(f"{file}: ")
    assert "\n" not in str(caught.value)


def test_a_later_minor_version_is_read(file: Path) -> None:
    file.write_bytes(WHOLE.replace(b'"taken_at"', b'"schema":"1.9","added_later":[1],"taken_at"'))

    assert read(file).resources == SMALL.resources


@pytest.mark.parametrize("name", ["missing.json", "missing/account.json"])
def test_a_missing_snapshot_is_one_line_with_its_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(SnapshotError, match="no such snapshot") as caught:
        read(tmp_path / name)

    assert str(tmp_path / name) in str(caught.value)


def test_a_folder_without_an_account_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"account\.json: no such snapshot"):
        read(tmp_path)


def test_the_last_snapshot_of_a_target_is_kept_with_its_rows() -> None:
    target = {"profile": "prod", "functions": ["a"]}
    path = put(target, SMALL, OVERVIEW, [ROW])

    assert read(path) == SMALL
    assert index(dict(reversed(target.items()))) == (msgspec.structs.replace(OVERVIEW, snapshot=str(path)), [ROW])


def test_targets_do_not_share_a_shelf() -> None:
    put({"profile": "prod"}, SMALL, OVERVIEW, [ROW])

    assert index({"profile": "test"}) is None


@pytest.mark.parametrize("content", [b"", b"[", b"[1, 2]", b"\xff"])
def test_an_index_that_cannot_be_read_is_none(content: bytes) -> None:
    path = put({}, SMALL, OVERVIEW, [ROW])
    (path.parent / "index.json").write_bytes(content)

    assert index({}) is None


def _put(day: int, hour: int) -> None:
    at = NOW + timedelta(days=day, hours=hour)
    one = msgspec.structs.replace(SMALL, taken_at=at)
    put({}, one, msgspec.structs.replace(OVERVIEW, taken_at=at), [ROW])


def test_the_snapshot_before_is_kept_to_compare_with() -> None:
    _put(0, 0)
    _put(0, 1)

    ((at, path),) = earlier({})
    assert at == NOW
    assert read(path).taken_at == NOW
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_earlier_snapshots_are_thinned_to_the_latest_and_one_a_day() -> None:
    for day, hour in itertools.product(range(10), range(3)):
        _put(day, hour)
    _put(20, 0)

    kept = [(at - NOW) // timedelta(hours=1) for at, _ in earlier({})]
    latest = [24 * 9 + 2, 24 * 9 + 1, 24 * 9, 24 * 8 + 2]
    assert kept == [*latest, *(24 * day + 2 for day in (7, 6, 5, 4, 3))]
