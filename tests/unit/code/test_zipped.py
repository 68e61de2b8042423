"""Deployment packages: the same bytes for the same files, and what is read of them."""

import base64
import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest

from doctor.code.zipped import sha256, zip_directory


def _write(directory: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return directory


FILES = {"app.py": "import vendored\n", "vendored/__init__.py": "", "vendored/a.py": "A = 1\n", "B.txt": "b"}


def test_the_same_files_give_the_same_bytes_whenever_and_in_whatever_order_they_were_written(tmp_path: Path) -> None:
    one = _write(tmp_path / "one", FILES)
    other = _write(tmp_path / "other", dict(reversed(FILES.items())))
    os.utime(other / "app.py", (1, 1))

    assert zip_directory(one) == zip_directory(other)


@pytest.mark.parametrize(
    "changed",
    [
        {**FILES, "app.py": "import vendored \n"},
        {**FILES, "c.py": ""},
        {"a/" + name: text for name, text in FILES.items()},
    ],
    ids=["content", "a file more", "names"],
)
def test_other_files_give_other_bytes(tmp_path: Path, changed: dict[str, str]) -> None:
    before, after = zip_directory(_write(tmp_path / "one", FILES)), zip_directory(_write(tmp_path / "other", changed))

    assert sha256(before) != sha256(after)


def test_a_package_holds_the_files_sorted_and_as_they_are(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(zip_directory(_write(tmp_path, FILES)))) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}

    assert list(held.items()) == sorted(FILES.items())


def test_byte_code_caches_are_left_out_but_not_what_lies_below_a_folder_of_that_name(tmp_path: Path) -> None:
    inside = _write(
        tmp_path / "__pycache__" / "function", {"app.py": "", "__pycache__/app.pyc": "", "a/__pycache__/b": ""}
    )

    with zipfile.ZipFile(io.BytesIO(zip_directory(inside))) as archive:
        names = archive.namelist()

    assert names == ["app.py"]


def test_a_file_that_may_be_executed_stays_so(tmp_path: Path) -> None:
    _write(tmp_path, {"bootstrap": "#!/bin/sh\n", "data": ""})
    (tmp_path / "bootstrap").chmod(0o700)
    (tmp_path / "data").chmod(0o600)
    with zipfile.ZipFile(io.BytesIO(zip_directory(tmp_path))) as archive:
        modes = {one.filename: oct(one.external_attr >> 16) for one in archive.infolist()}

    assert modes == {"bootstrap": "0o100755", "data": "0o100644"}


def test_a_missing_directory_is_an_error_not_an_empty_package(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="missing: nothing to zip"):
        zip_directory(tmp_path / "missing")


def test_the_digest_is_lambdas_code_sha256() -> None:
    digest = base64.b64decode(sha256(b"package"))

    assert digest == hashlib.sha256(b"package").digest()
