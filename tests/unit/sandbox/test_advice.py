"""A tier that this machine does not do says which of its switches is in the way, and what to type."""

import platform
import sys
from collections.abc import Mapping

import pytest

from doctor.sandbox import advice
from doctor.sandbox.tiers import standing, untested

FILTERED = "Name:\tpython\nSeccomp:\t2\nSeccomp_filters:\t1"
FREE = "Name:\tpython\nSeccomp:\t0"


def machine(files: Mapping[str, str]) -> advice.Read:
    return lambda path: files.get(path, "")


@pytest.mark.parametrize(
    ("files", "told", "not_told"),
    [
        ({"/proc/sys/user/max_user_namespaces": "0"}, "sysctl user.max_user_namespaces=15000", "Docker"),
        ({"/proc/sys/kernel/unprivileged_userns_clone": "0"}, "sysctl kernel.unprivileged_userns_clone=1", "AppArmor"),
        (
            {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1", "/proc/self/status": FREE},
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
            "Docker",
        ),
        ({"/proc/self/status": FILTERED}, "docker run --security-opt seccomp=unconfined", "sysctl"),
        ({"/proc/self/status": FREE}, "allow user namespaces", "is around doctor"),
        ({}, "allow user namespaces", "is around doctor"),
    ],
)
def test_what_keeps_namespaces_away_is_named(files: Mapping[str, str], told: str, not_told: str) -> None:
    said = advice.for_namespaces(machine(files))

    assert told in said
    assert not_told not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"/proc/sys/kernel/yama/ptrace_scope": "2"}, "sysctl kernel.yama.ptrace_scope=1"),
        ({"/proc/self/status": FILTERED}, "--security-opt seccomp=unconfined"),
        ({"/proc/sys/kernel/yama/ptrace_scope": "1", "/proc/self/status": FREE}, "Linux 5.9 or newer"),
    ],
)
def test_what_keeps_notification_away_is_named(files: Mapping[str, str], told: str) -> None:
    assert told in advice.for_seccomp(machine(files))


def test_every_way_that_is_blocked_is_told() -> None:
    switches = {"/proc/sys/user/max_user_namespaces": "0", "/proc/sys/kernel/unprivileged_userns_clone": "0"}

    assert advice.for_namespaces(machine(switches)).count("sysctl") == 2


@pytest.mark.parametrize(
    ("system", "architecture", "told"),
    [
        ("linux", "x86_64", ""),
        ("linux", "aarch64", "untested on aarch64"),
        ("darwin", "arm64", "untested on macOS"),
        ("freebsd14", "amd64", "untested on freebsd14"),
    ],
)
def test_what_was_never_run_on_such_a_machine_says_so(
    monkeypatch: pytest.MonkeyPatch, system: str, architecture: str, told: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: architecture)

    assert untested() == told
    assert standing("hooks").endswith(told)
    assert standing("namespaces").startswith(
        "1 of 3, the strongest; protects against accidents, not a security boundary"
    )
