"""The file system that a handler sees: read-only but for ``/tmp``, Lambda's paths, nothing of the user's home."""

import os
import stat
from collections.abc import Mapping, Sequence

from doctor.sandbox.launcher import kernel
from doctor.sandbox.launcher.network import NAME_SERVER

_STAGE = "/sys"
"""Where the new root is put together: a directory that every Linux has and no handler needs."""
_HOST = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "etc")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = {"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"}
_ETC = {
    "passwd": "root:x:0:0:root:/root:/sbin/nologin\nsbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin\n",
    "group": "root:x:0:\nsbx_user1051:x:990:\n",
    "hosts": "127.0.0.1 localhost sandbox.localdomain sandbox\n",
    "resolv.conf": f"nameserver {NAME_SERVER}\n",
}
"""Files of the host that would tell a handler about the host."""


TRUSTED = "/var/doctor/trusted.pem"
"""Where the handler sees the certificates that it is made to trust."""
_SYSTEM_TRUSTED = ("ssl/certs/ca-certificates.crt", "pki/tls/certs/ca-bundle.crt", "ssl/ca-bundle.pem", "ssl/cert.pem")
"""Where programs look for them by themselves, below ``/etc``."""


def build(mounts: Sequence[tuple[str, str]], opt: Sequence[str], tmp_size: int, trusted: str) -> None:
    """Put the new root together and enter it.

    Args:
        mounts: Paths of the host and where the handler sees them.
        opt: Unpacked layers, merged in order at ``/opt``; a later one wins.
        tmp_size: Size of ``/tmp`` in bytes.
        trusted: Certificates, as PEM, that take the place of the host's; empty: the host's stay.

    Raises:
        OSError: The kernel refused a mount.
    """
    kernel.make_private()
    kernel.mount("tmpfs", _STAGE, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=755,size=4m")
    for name in _HOST:
        _show(f"/{name}", f"{_STAGE}/{name}")
    _own_etc({**_ETC, **dict.fromkeys(_SYSTEM_TRUSTED, trusted)} if trusted else _ETC)
    if trusted:
        _write(_STAGE + TRUSTED, trusted)
    for source, target in mounts:
        _show(source, f"{_STAGE}/{target.lstrip('/')}")
    os.mkdir(f"{_STAGE}/opt")
    _merge(opt, f"{_STAGE}/opt")
    _devices(f"{_STAGE}/dev")
    for name in ("proc", "tmp", "var/task"):
        os.makedirs(f"{_STAGE}/{name}", exist_ok=True)
    kernel.make_read_only(_STAGE)
    kernel.mount("proc", f"{_STAGE}/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    kernel.mount("tmpfs", f"{_STAGE}/tmp", "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, f"mode=1777,size={tmp_size}")  # noqa: S108  the sandbox's own
    kernel.enter_root(_STAGE)


def _show(source: str, target: str) -> None:
    """Show one path of the host; a link stays a link, and what does not exist is left out."""
    try:
        mode = os.lstat(source).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        os.symlink(os.readlink(source), target)
    elif stat.S_ISDIR(mode):
        os.makedirs(target, exist_ok=True)
        kernel.bind(source, target)
    else:
        _write(target, "")
        kernel.bind(source, target)


def _write(path: str, text: str) -> None:
    """Make a file, with the directories above it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "ab") as file:  # never at the cost of a file that is shown there
        file.write(text.encode())


def _own_etc(files: Mapping[str, str]) -> None:
    """Cover the files of ``/etc`` that describe this machine, or that say whom it trusts."""
    for name, text in files.items():
        own, covered = f"{_STAGE}/.etc/{name}", f"{_STAGE}/etc/{name}"
        if os.path.isfile(covered) and not os.path.islink(covered):
            _write(own, text)
            kernel.bind(own, covered)


def _merge(layers: Sequence[str], target: str) -> None:
    """Merge directories without a copy: what only one of them has is shown, directories that several have are merged."""
    for name in sorted({name for layer in layers for name in os.listdir(layer)}):
        having = [path for layer in layers if os.path.lexists(path := f"{layer}/{name}")]
        if len(having) > 1 and all(os.path.isdir(path) and not os.path.islink(path) for path in having):
            os.mkdir(f"{target}/{name}")
            _merge(having, f"{target}/{name}")
        else:
            _show(having[-1], f"{target}/{name}")


def _devices(dev: str) -> None:
    """Show the harmless devices; Lambda has no ``/dev/shm`` either."""
    os.mkdir(dev)
    for name in _DEVICES:
        _show(f"/dev/{name}", f"{dev}/{name}")
    for name, target in _LINKS.items():
        os.symlink(target, f"{dev}/{name}")
