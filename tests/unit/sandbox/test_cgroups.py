"""Where the kernel lets this user make a group, it limits the memory; where not, we look; and nothing stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from doctor.sandbox.launcher import cgroups
from doctor.sandbox.launcher.cgroups import FILES, Group, Place, first, make, places
from doctor.sandbox.launcher.limiting import Limiter
from doctor.sandbox.limits import Limits
from tests.unit.sandbox.support import Ran
from tests.unit.sandbox.test_limits import handler

MB = 1 << 20
HERE = [
    "9:name=systemd:/\n4:memory:/box/one\n1:cpu:/\n0::/\n",
    "36 25 0:31 / /cg/cpu rw - cgroup cgroup rw,cpu\n37 25 0:32 / /cg/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n",
]
"""Memory in version 1."""


def test_in_version_1_it_is_made_in_our_own() -> None:
    assert list(places(*HERE)) == [Place("/cg/memory/box/one", 1)]


def test_a_mount_that_begins_at_a_group_shows_it_from_there_on() -> None:
    assert list(places("4:memory:/box/one\n", HERE[1].replace("/ /cg/memory", "/box /cg/memory"))) == [
        Place("/cg/memory/one", 1)
    ]
    assert list(places("4:memory:/elsewhere\n", HERE[1].replace("/ /cg/memory", "/box /cg/memory"))) == [
        Place("/cg/memory", 1)
    ]


def test_in_version_2_it_is_made_in_the_nearest_that_hands_memory_out(tmp_path: Path) -> None:
    own = tmp_path / "user.slice" / "user@1000.service" / "app.slice" / "terminal.scope"
    own.mkdir(parents=True)
    for folder, handed in [(own, ""), (own.parent, "memory pids"), (own.parents[1], "cpu"), (own.parents[2], "memory")]:
        (folder / "cgroup.subtree_control").write_text(handed)
    found = places(
        "0::/user.slice/user@1000.service/app.slice/terminal.scope\n",
        f"25 1 0:22 / {tmp_path} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n",
    )

    assert list(found) == [Place(str(own.parent), 2), Place(str(own.parents[2]), 2)]


def test_without_groups_there_is_no_place() -> None:
    assert list(places("0::/\n", "25 1 0:22 / / rw - ext4 /dev/vda rw\n")) == []


CONTENT = {
    1: {"memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n"},
    2: {"memory.events": "low 0\nhigh 0\nmax 3\noom 1\noom_kill 0\noom_group_kill 0\n", "memory.swap.max": "max"},
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Place]:
    """A copy of the kernel's files: what is made in it gets them, as the kernel would do it."""
    real, gone = os.mkdir, os.rmdir

    def build(version: int, *, without: tuple[str, ...] = ()) -> Place:
        usual = ["cgroup.procs", "memory.stat", *(FILES[version][index] for index in (0, 3, 4))]
        files = dict.fromkeys(usual, "0") | CONTENT[version] | {"cgroup.procs": "", "memory.stat": "anon 5\nshmem 7\n"}
        files |= {"cpu.max": "max 100000", "cgroup.freeze": "0"} if version == 2 else {}

        def mkdir(name: str, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
            real(name, mode, dir_fd=dir_fd)
            for one, text in files.items():
                if one not in without:
                    (tmp_path / name / one).write_text(text)

        def rmdir(name: str, *, dir_fd: int | None = None) -> None:
            for one in (tmp_path / name).iterdir():
                one.unlink()
            gone(name, dir_fd=dir_fd)

        monkeypatch.setattr(cgroups.os, "mkdir", mkdir)
        monkeypatch.setattr(cgroups.os, "rmdir", rmdir)
        return Place(str(tmp_path), version)

    return build


def written(place: Place) -> dict[str, str]:
    """What the files of the one group in a place hold."""
    (folder,) = Path(place.path).iterdir()
    return {one.name: one.read_text() for one in folder.iterdir()}


@pytest.mark.parametrize("version", [1, 2])
def test_a_group_is_limited_joined_counted_and_removed(tree: Callable[..., Place], version: int) -> None:
    place = tree(version, without=("memory.memsw.limit_in_bytes",))
    group = first([place], 128 * MB)

    assert group is not None
    assert written(place)[FILES[version].limit].startswith(str(128 * MB))
    assert group.kills() == 0
    group.take([41])
    assert written(place)["cgroup.procs"] == "41"
    assert group.in_files(3) == 4
    group.allow(200 * MB)
    assert written(place)[FILES[version].limit].startswith(str(200 * MB))
    group.remove()
    assert list(Path(place.path).iterdir()) == []


def test_swap_is_none_in_version_2_and_processors_and_stillness_are_the_kernels(tree: Callable[..., Place]) -> None:
    place = tree(2)
    group = Group(place, 128 * MB)
    limiter = Limiter(Nobody(), limit=128 * MB, interval=1, cpu_share=0.0724, group=group)
    limiter.throttle()
    held = written(place)["cpu.max"]
    limiter.freeze(True)

    assert written(place)["memory.swap.max"].startswith("0")
    assert (held[:10], limiter.throttling) == ("1448 20000", False)
    assert written(place)["cgroup.freeze"] == "1"
    assert written(place)["cpu.max"].startswith("max 20000")
    assert limiter.by == {"memory": "cgroup", "cpu": "cgroup", "in_files": 0}


class Nobody:
    """No processes."""

    def pids(self) -> list[int]:
        return []

    lately = pids

    def send(self, number: signal.Signals, *, quickly: bool = False) -> None:
        """Nobody is there."""


@pytest.mark.parametrize("lacking", ["memory.max", "memory.events"])
def test_where_a_file_of_it_is_missing_nothing_is_left_and_the_next_place_is_tried(
    tree: Callable[..., Place], lacking: str
) -> None:
    place = tree(2, without=(lacking,))

    assert first([place], MB) is None
    assert list(Path(place.path).iterdir()) == []


def test_a_group_that_a_killed_launcher_left_is_removed_by_the_next(tmp_path: Path) -> None:
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    (tmp_path / f"doctor-{gone.pid}").mkdir()
    (tmp_path / f"doctor-{os.getppid()}").mkdir()

    assert first([Place(tmp_path, 1)], MB) is None  # a plain directory has no such files
    assert [one.name for one in tmp_path.iterdir() if one.name != f"doctor-{os.getpid()}"] == [f"doctor-{os.getppid()}"]


class Told:
    """A group as it stands when the kernel has killed something."""

    def __init__(self, limit: int, kills: int, files: int) -> None:
        self.limit, self._kills, self._files = limit * MB, kills, files * MB

    def kills(self) -> int:
        return self._kills

    def in_files(self, mapped: int) -> int:
        return self._files - mapped


@pytest.mark.parametrize(
    ("code", "group", "oom", "in_files"),
    [
        (-9, Told(128, kills=1, files=0), True, 0),
        (-9, Told(128, kills=0, files=0), False, 0),  # it killed itself, or we did
        (-11, Told(128, kills=1, files=0), False, 0),  # what it started was killed for memory, itself it crashed
        (-9, Told(128, kills=1, files=60), True, 60),  # it held 68 MB, and /tmp the rest: that is this machine's doing
        (-9, Told(200, kills=1, files=64), True, 0),
    ],
)
def test_whose_kill_it_was(code: int, group: Told, oom: bool, in_files: int) -> None:
    limiter = Limiter(Nobody(), limit=128 * MB, interval=1, cpu_share=1, group=group)  # type: ignore[arg-type]

    assert limiter.ended(7, code, 30 * MB) is oom
    assert limiter.in_files == in_files * MB
    assert limiter.peak == (128 if oom else 30) * MB


@pytest.fixture
def real() -> Iterator[None]:
    """This machine's kernel lets this user make one."""
    why = cgroups.refusal()
    if why:
        pytest.skip(why)
    yield
    assert left() == []


def left() -> list[Path]:
    """Groups of this process's kind that no living launcher has."""
    own, mounts = Path("/proc/self/cgroup").read_text(), Path("/proc/self/mountinfo").read_text()
    found = [one for place in places(own, mounts) for one in Path(place.path).glob("doctor-*")]
    return [one for one in found if not Path("/proc", one.name.partition("-")[2]).exists()]


def test_the_kernel_kills_what_passes_the_limit_and_counts_it(real: None) -> None:
    group = make(64 * MB)
    assert group is not None
    greedy = "import sys; sys.stdin.read(1); x = b'x' * (100 << 20)"
    with subprocess.Popen([sys.executable, "-c", greedy], stdin=subprocess.PIPE) as process:
        group.take([process.pid])
        process.communicate(b"g")
    kills, peak = group.kills(), group.peak()
    group.remove()

    assert (process.returncode, kills) == (-9, 1)
    assert 60 * MB < peak <= 64 * MB


def memory_by(ran: Ran) -> str:
    return next(one.by for one in ran.result.enforced if one.dimension == "memory")


@pytest.mark.parametrize("memory", ["cgroup", "poll"])
def test_a_run_says_by_what_its_memory_was_held(
    local: Callable[..., Ran], memory: str, request: pytest.FixtureRequest
) -> None:
    if memory == "cgroup":
        request.getfixturevalue("real")
    ran = local(handler("x = bytearray(1 << 30)"), memory_size=128, limits=Limits(memory=memory))

    assert ran.outcome.__struct_config__.tag == "out_of_memory"
    assert ran.outcome.max_memory_used == 128
    assert memory_by(ran) == {"cgroup": "cgroup", "poll": "polling"}[memory]


def test_who_kills_itself_was_not_killed_for_memory(real: None, local: Callable[..., Ran]) -> None:
    ran = local(handler("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), memory_size=128)

    assert (ran.outcome.__struct_config__.tag, ran.outcome.reason) == ("exited", "signal: killed")


def test_files_in_tmp_do_not_count_for_they_lie_on_a_disk_on_lambda(real: None, local: Callable[..., Ran]) -> None:
    writing = """
import os, tempfile
with tempfile.TemporaryFile() as file:
    for _ in range(300):
        file.write(b'x' * (1 << 20))
        file.flush()
def handler(event, context):
    return 'ok'
"""
    ran = local(writing, memory_size=128)

    assert ran.payload == "ok"
    assert memory_by(ran) == "cgroup"


def test_no_group_is_left_when_doctor_is_killed(real: None, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import time\ndef handler(event, context):\n    time.sleep(60)\n")
    program = f"""
from pathlib import Path
import msgspec
from doctor.model.outcome import Scenario
from doctor.sandbox.run import run
from tests.unit.sandbox.support import ARN, function
job = run(function(timeout=60), Path({str(tmp_path)!r}), Scenario(function=ARN, event=msgspec.Raw(b"1")), environment={{}})
for event in job:
    print(event, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as doctor:
        assert doctor.stdout is not None
        while "invoke" not in doctor.stdout.readline():
            assert doctor.poll() is None
        grouped = [one for one in _groups() if (one / "cgroup.procs").read_text()]
        doctor.kill()
    until = time.monotonic() + 20
    while any(one.exists() for one in grouped) and time.monotonic() < until:
        time.sleep(0.05)

    assert grouped
    assert not [one for one in grouped if one.exists()]


def _groups() -> list[Path]:
    own, mounts = Path("/proc/self/cgroup").read_text(), Path("/proc/self/mountinfo").read_text()
    return [one for place in places(own, mounts) for one in Path(place.path).glob("doctor-*")]
