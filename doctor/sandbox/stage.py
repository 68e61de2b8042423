"""Lambda's directories on a machine without mounts: a directory of doctor's own, with links to what is to be seen there.

Paths of Lambda in a program's arguments and variables are led there; those that a handler writes out itself are not.
"""

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from doctor.sandbox.launcher import landlock
from doctor.sandbox.launcher.outside import remove

_LED = re.compile(r"(?<![^=:,\s\"'])/(?=(?:var/task|var/runtime|var/lang|var/doctor|opt)(?:[/:\s\"',]|$))")
NAMED = (b"/tmp", b"/var/task", b"/opt/")
"""What a handler that names them itself does not find where it would on Lambda."""
_SHOWN = ("/var/task", "/var/runtime")
"""Paths that a handler's errors name."""
_NOBODYS = "/nonexistent"


class Stage:
    """The directory. Whoever makes one removes it, or has a launcher do it.

    Args:
        mounts: Paths of this machine, and where Lambda has them.
        opt: Unpacked layers, merged in order at ``/opt``; a later one wins.
        trusted: Certificates that the handler is made to trust, as PEM; empty: none.
        place: Where Lambda has those.
    """

    def __init__(
        self, mounts: Sequence[tuple[str, str]], opt: Sequence[str], *, trusted: str = "", place: str = ""
    ) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="doctor-")).resolve()
        self._copies = landlock.version() == 0
        self.tmp = self.root / "tmp"
        self.tmp.mkdir()
        for source, target in mounts:
            self._show(Path(source), self.root / target.lstrip("/"), copied=self._copies and target == "/var/task")
        (self.root / "opt").mkdir()
        for layer in opt:
            _merge(Path(layer), self.root / "opt")
        if trusted:
            own = self.root / place.lstrip("/")
            own.parent.mkdir(parents=True)
            own.write_text(trusted)
        self.readable = (str(self.root), *(str(Path(source).resolve()) for source, _ in mounts), *opt)
        """What its programs must be able to read."""
        shown = {str(Path(source).resolve()): target for source, target in mounts if target in _SHOWN}
        self._back = {f"{self.root}/": "/", **shown}

    def _show(self, source: Path, target: Path, *, copied: bool) -> None:
        """Show a path of this machine: a link to a directory, a copy of a file, whose own place would tell on it."""
        target.parent.mkdir(parents=True, exist_ok=True)
        if not source.is_dir():
            shutil.copyfile(source, target)
        elif copied:
            shutil.copytree(source, target, symlinks=True)
            for path in (target, *target.rglob("*")):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode & ~0o222)
        else:
            target.symlink_to(source)

    def as_on_lambda(self, text: str) -> str:
        """What a handler wrote, with Lambda's paths in the place of ours."""
        for here, there in self._back.items():
            text = text.replace(here, there)
        return text

    def led(self, text: str) -> str:
        """A text with Lambda's paths led here."""
        return _LED.sub(lambda _: f"{self.root}/", text)

    def environment(self, variables: Mapping[str, str], api: tuple[str, int]) -> dict[str, str]:
        """A program's variables with Lambda's paths led here, and the Runtime API where it is."""
        led = {name: self.led(value) for name, value in variables.items()}
        # Libraries of this machine must not be looked for in Lambda's places; those of the package are.
        led["LD_LIBRARY_PATH"] = ":".join(
            one for one in led.get("LD_LIBRARY_PATH", "").split(":") if one.startswith(str(self.root))
        )
        if "AWS_LAMBDA_RUNTIME_API" in led:
            led["AWS_LAMBDA_RUNTIME_API"] = f"{api[0]}:{api[1]}"
        # The user's own credentials would be found by the home directory of the user that we are here.
        own = {name: _NOBODYS for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE") if name not in led}
        return {**led, **own, "TMPDIR": str(self.tmp)}

    def remove(self) -> None:
        """Remove it."""
        remove(str(self.root))


def _merge(layer: Path, target: Path) -> None:
    """Link what a layer has below a directory; directories that several have are merged."""
    for entry in layer.iterdir():
        place = target / entry.name
        if entry.is_dir() and not entry.is_symlink():
            place.mkdir(exist_ok=True)
            _merge(entry, place)
        else:
            place.unlink(missing_ok=True)
            place.symlink_to(entry)
