"""However a run ends and whoever ran it, on every tier: no process, mount, cgroup, socket or directory of it is left."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from doctor.sandbox.abilities import abilities
from doctor.sandbox.launcher.cgroups import places
from doctor.sandbox.tiers import TIERS
from doctor.store.snapshots import save
from doctor.testing.world import function, snapshot
from tests.unit.sandbox.quiet import REFUSED
from tests.unit.sandbox.users import ORDINARY, become, environment, python_of

PATIENCE = 15
HANDLER = """
import os, socket, subprocess, sys, tempfile, time
def handler(event, context):
    folder = tempfile.mkdtemp()
    open(folder + '/file', 'w').write('x')
    os.chmod(folder, 0o500)
    own = socket.socket(socket.AF_UNIX)
    own.bind(os.path.join(tempfile.gettempdir(), 'own'))
    listener = socket.create_server(('127.0.0.1', 0))
    for _ in range(event['children']):
        subprocess.Popen([sys.executable, '-S', '-c', event['mark']], start_new_session=True)
    print('bred', flush=True)
    time.sleep(event['seconds'])
    return 'returned'
"""


class Ending(NamedTuple):
    """How a run ends: by itself, or by a signal to somebody."""

    number: int = 0
    whom: str = ""
    """``doctor``, ``launcher`` (the handler's first ancestor of the sandbox), ``parent`` (the handler's own) or ``forker``."""
    seconds: float = 60
    timeout: int = 30


ENDINGS = {
    "it returns": Ending(seconds=0),
    "it times out": Ending(timeout=1),
    "Ctrl-C": Ending(signal.SIGINT, "doctor"),
    "SIGTERM": Ending(signal.SIGTERM, "doctor"),
    "SIGHUP": Ending(signal.SIGHUP, "doctor"),
    "SIGKILL of doctor": Ending(signal.SIGKILL, "doctor"),
    "SIGKILL of the launcher": Ending(signal.SIGKILL, "launcher"),
    "SIGKILL of the handler's parent": Ending(signal.SIGKILL, "parent"),
    "SIGKILL of who forks launchers": Ending(signal.SIGKILL, "forker", seconds=1),
    "SIGKILL of the handler": Ending(signal.SIGKILL, "handler"),
}
WAYS = (*TIERS, "macos")
FEW = ("it returns", "SIGKILL of doctor", "SIGKILL of the launcher")
"""For an ordinary user, unless everything is wanted (DOCTOR_FULL): the others differ in nothing that depends on who it is."""


class Started(NamedTuple):
    """A run under way."""

    doctor: subprocess.Popen[str]
    temporary: Path
    every: list[psutil.Process]

    def one(self, whom: str) -> psutil.Process:
        """A process by its part."""
        if whom == "doctor":
            return psutil.Process(self.doctor.pid)
        handler = next(one for one in self.every if any(part.endswith("bootstrap.py") for part in one.cmdline()))
        above = handler.parents()
        forker = next(at for at, one in enumerate(above) if one.ppid() == self.doctor.pid)
        return {"handler": handler, "parent": above[0], "launcher": above[forker - 1], "forker": above[forker]}[whom]


@pytest.fixture(scope="module", params=["this user", "an ordinary user"])
def user(request: pytest.FixtureRequest) -> int:
    """As whom doctor runs; an ordinary user runs it as it is."""
    if request.param == "this user":
        return os.getuid()
    if os.getuid():
        pytest.skip("this user is an ordinary one")
    return ORDINARY


@pytest.fixture
def place(user: int) -> Iterator[Path]:
    """A directory of that user, with the account and the code in it; nothing of it is on the way to this user's own."""
    with tempfile.TemporaryDirectory(prefix="left-behind-", dir="/tmp") as name:
        place = Path(name)
        code = place / "account" / "code" / "breeder"
        code.mkdir(parents=True)
        (code / "app.py").write_text(HANDLER)
        for folder in ("home", "tmp"):
            (place / folder).mkdir()
        for path in (place, *place.rglob("*")):
            os.chown(path, user, user)
        yield place


def begun(place: Path, user: int, way: str, ending: Ending, mark: str) -> Started:
    """Start a run and wait until its handler has done all that could be left."""
    runtime = f"python3.{sys.version_info[1]}"
    save(
        snapshot(function("breeder", runtime=runtime, handler="app.handler", timeout=ending.timeout)),
        place / "account" / "account.json",
    )
    children = 0 if way in ("hooks", "macos") else 2
    event = {"children": children, "mark": mark, "seconds": ending.seconds}
    (place / "event.json").write_text(json.dumps(event))
    for path in (place / "account" / "account.json", place / "event.json"):
        os.chown(path, user, user)
    python = python_of(user)
    quiet = [] if way == "namespaces" else ["-m", "tests.unit.sandbox.quiet", python]
    doctor = ["-m", "tests.unit.sandbox.macos", "doctor"] if way == "macos" else ["-m", "doctor"]
    asked = ["reproduce", "breeder", "-s", str(place / "account"), "--event", str(place / "event.json")]
    process = subprocess.Popen(
        [python, *quiet, *doctor, *asked, "--tier", "hooks" if way == "macos" else way],
        env=environment(place / "home", TMPDIR=str(place / "tmp")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=place,
        **become(user),
    )
    assert process.stderr is not None
    said = []
    while "bred" not in (line := process.stderr.readline()):
        said.append(line)
        if not line:
            if process.wait() == REFUSED:
                pytest.skip(said[0])
            raise AssertionError("".join(said))
    return Started(process, place / "tmp", psutil.Process(process.pid).children(recursive=True))


def groups(started: Started) -> list[Path]:
    """Cgroups of a run, which are named for its launcher."""
    near = places(Path("/proc/self/cgroup").read_text(), Path("/proc/self/mountinfo").read_text())
    every = [Path(place.path, f"doctor-{one.pid}") for place in near for one in started.every]
    return [one for one in every if one.exists()]


def alive(started: Started, mark: str) -> list[str]:
    """Processes of a run that are left, also those that nobody is the parent of any more."""
    marked = [one for one in psutil.process_iter(["cmdline"]) if mark in (one.info["cmdline"] or ())]
    found = []
    for one in {*started.every, *marked}:
        with contextlib.suppress(psutil.NoSuchProcess):
            if one.is_running() and one.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{one.pid} {' '.join(one.cmdline())}"[:200])
    return found


@pytest.mark.parametrize("name", ENDINGS)
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_left(place: Path, user: int, way: str, name: str) -> None:
    ending = ENDINGS[name]
    if user != os.getuid() and name not in FEW and not os.environ.get("DOCTOR_FULL"):
        pytest.skip("as an ordinary user only with DOCTOR_FULL")
    lacking = [one.note for one in abilities() if one.dimension == "tier 1" and not one.by]
    if lacking:
        pytest.skip(lacking[0])
    mark = f"import time; time.sleep({100_000 + zlib.crc32(place.name.encode())})"
    mounts = Path("/proc/self/mounts").read_text()
    started = begun(place, user, way, ending, mark)
    assert way in ("hooks", "macos") or ending.whom == "" or alive(started, mark)
    if ending.whom:
        started.one(ending.whom).send_signal(ending.number)
    out, err = started.doctor.communicate(timeout=60)
    until = time.monotonic() + PATIENCE
    while (left := [*alive(started, mark), *groups(started)]) and time.monotonic() < until:
        time.sleep(0.05)

    assert not left, f"{left}\n{err}"
    assert Path("/proc/self/mounts").read_text() == mounts
    assert not list(started.temporary.iterdir())
    assert len(started.every) >= 2  # the launcher and the handler were there, and are not
    assert "Traceback" not in err
    assert out or ending.whom in ("doctor", "launcher", "parent")
