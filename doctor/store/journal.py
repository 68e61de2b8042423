"""What was sent to an account, written down and synced before each call; receipts are made from it."""

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from doctor.errors import UsageError
from doctor.model.plan import Receipt
from doctor.store.home import folder, home


def receipts() -> Path:
    """The folder of receipts and journals."""
    return folder(home() / "receipts")


def new_id(now: datetime) -> str:
    """A receipt's name: sortable by time, unique."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


class Journal:
    """The append-only record of one apply or undo: each entry is a whole receipt, synced before the next call is sent."""

    def __init__(self, receipt: str) -> None:
        self._path = receipts() / f"{receipt}.jsonl"

    def write(self, receipt: Receipt) -> None:
        """Append the receipt as it now stands; returns when it is on disk.

        Raises:
            UsageError: the disk refuses; nothing more may be sent then.
        """
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "rb+", buffering=0) as file:
                cut_off = b"" if _ends_a_line(file) else b"\n"
                file.write(cut_off + msgspec.json.encode(receipt) + b"\n")
                os.fsync(file.fileno())
        except OSError as error:
            raise UsageError(
                f"{self._path}: cannot be written ({error.strerror}); nothing more was sent, see 'doctor history'"
            ) from error


def _ends_a_line(file: BinaryIO) -> bool:
    """Tell whether the next entry begins a line: a crash may have cut the last one off."""
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def history() -> list[Receipt]:
    """Every receipt as it last stood, newest first. An entry that was cut off by a crash is passed over."""
    found = (last(path.stem) for path in sorted(receipts().glob("*.jsonl"), reverse=True))
    return [receipt for receipt in found if receipt is not None]


def last(receipt: str) -> Receipt | None:
    """A receipt as its journal's last whole entry has it; ``None`` when there is none."""
    path = receipts() / f"{receipt}.jsonl"
    if not path.is_file():
        return None
    for line in reversed(path.read_bytes().splitlines()):
        try:
            return msgspec.json.decode(line, type=Receipt)
        except ValueError:
            continue  # the last line of a crash
    return None


def latest(account: str, region: str, endpoint: str) -> Receipt | None:
    """The newest receipt of an account and region, at that endpoint, that still can be undone."""
    for receipt in history():
        undoable = receipt.state in ("applied", "stopped", "undo_stopped")
        if undoable and (receipt.account, receipt.region, receipt.endpoint) == (account, region, endpoint):
            return receipt
    return None
