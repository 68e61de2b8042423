"""A large snapshot is read piece by piece: as it would be as a whole, and what is wrong with it is told in the same words."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doctor.errors import SnapshotError
from doctor.model.snapshot import Snapshot
from doctor.shelf import demo
from doctor.store import reading, snapshots

SEED = snapshots.encode(snapshots.read(demo()))


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is large, and given back at once."""
    monkeypatch.setattr(snapshots, "LARGE", 1)
    monkeypatch.setattr(reading, "_PIECE", 1)


def read(path: Path, content: bytes) -> Snapshot | str:
    path.write_bytes(content)
    try:
        return snapshots.read(path)
    except SnapshotError as error:
        return str(error)


def shuffled(document: dict[str, Any]) -> dict[str, Any]:
    names = list(document)
    random.Random(1).shuffle(names)
    return {name: document[name] for name in names}


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize(
    "written",
    [
        json.dumps,
        lambda document: json.dumps(document, indent=4),
        lambda document: json.dumps(shuffled(document)),
        lambda document: json.dumps({**document, "of a later version": {"a": [1]}}),
        lambda document: json.dumps({name: document[name] for name in ("taken_at", "scope")}),
        lambda document: '{"metrics": {}, ' + json.dumps(document)[1:],
    ],
    ids=["dense", "indented", "shuffled", "with more", "with little", "a section twice"],
)
def test_it_is_the_same(written: Callable[[dict[str, Any]], str], tmp_path: Path) -> None:
    content = written(json.loads(SEED)).encode()

    assert read(tmp_path / "one.json", content) == msgspec.json.decode(content, type=Snapshot)


def test_most_of_it_is_read_by_pieces(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(SEED)

    assert reading.by_pieces(path) == msgspec.json.decode(SEED, type=Snapshot)


def wrong(edit: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(SEED)
    edit(document)
    return json.dumps(document).encode()


MALFORMED = {
    "cut off": SEED[: len(SEED) // 2],
    "followed by more": SEED + b"{}",
    "a list": b"[1]",
    "nothing": b"",
    "not text": b"\xff\xfe" + SEED,
    "not text inside": SEED.replace(b"order-archive", b"order\xffarchive", 1),
    "without a moment": wrong(lambda it: it.pop("taken_at")),
    "without a scope": wrong(lambda it: it.pop("scope")),
    "a moment without a zone": wrong(lambda it: it.update(taken_at="2026-01-01T00:00:00")),
    "resources as a list": wrong(lambda it: it.update(resources=[])),
    "a resource of no type": wrong(lambda it: it["resources"].update(x={"type": "AWS::No::Such"})),
    "a number for a text": wrong(lambda it: next(iter(it["metrics"].values()))[0].update(stat=1)),
    "a moment that is none": wrong(lambda it: next(iter(it["metrics"].values()))[0].update(timestamps=["soon"])),
    "an invocation that is none": wrong(lambda it: it["invocations"].update(x=[{}])),
    "of another version": wrong(lambda it: it.update(schema="9.0")),
    "gaps as text": wrong(lambda it: it.update(gaps="none")),
    "deep": b'{"taken_at": ' + b"[" * 100_000,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_wrong_is_told_in_the_same_words(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "one.json"
    whole = read(path, MALFORMED[name])
    monkeypatch.setattr(snapshots, "LARGE", 1)

    assert isinstance(whole, str)
    assert read(path, MALFORMED[name]) == whole


def test_what_is_mangled_anywhere_is_the_same_snapshot_or_the_same_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)
    for number in range(60):
        content = bytearray(SEED)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        whole = read(tmp_path / "one.json", bytes(content))
        with monkeypatch.context() as patch:
            patch.setattr(snapshots, "LARGE", 1)
            told = read(tmp_path / "one.json", bytes(content))

        assert told == whole, number
        assert isinstance(told, Snapshot) or "\n" not in told
