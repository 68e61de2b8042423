"""The file system that a handler sees: read-only but for ``/tmp``, Lambda's paths, nothing of the user's home."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

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
    root = Path(_STAGE)
    kernel.make_private()
    kernel.mount("tmpfs", _STAGE, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=755,size=4m")
    for name in _HOST:
        _show(Path("/", name), root / name)
    _own_etc(root, {**_ETC, **dict.fromkeys(_SYSTEM_TRUSTED, trusted)} if trusted else _ETC)
    if trusted:
        own = root / TRUSTED.lstrip("/")
        own.parent.mkdir(parents=True)
        own.write_text(trusted)
    for source, target in mounts:
        _show(Path(source), root / target.lstrip("/"))
    (root / "opt").mkdir()
    _merge([Path(layer) for layer in opt], root / "opt")
    _devices(root / "dev")
    for name in ("proc", "tmp", "var/task"):
        (root / name).mkdir(parents=True, exist_ok=True)
    kernel.make_read_only(_STAGE)
    kernel.mount("proc", str(root / "proc"), "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    kernel.mount("tmpfs", str(root / "tmp"), "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, f"mode=1777,size={tmp_size}")
    kernel.enter_root(_STAGE)


def _show(source: Path, target: Path) -> None:
    """Show one path of the host; a link stays a link, and what does not exist is left out."""
    if source.is_symlink():
        target.symlink_to(source.readlink())
    elif source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        kernel.bind(str(source), str(target))
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
        kernel.bind(str(source), str(target))


def _own_etc(root: Path, files: Mapping[str, str]) -> None:
    """Cover the files of ``/etc`` that describe this machine, or that say whom it trusts."""
    own = root / ".etc"
    for name, text in files.items():
        covered = root / "etc" / name
        if covered.is_file() and not covered.is_symlink():
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            (own / name).write_text(text)
            kernel.bind(str(own / name), str(covered))


def _merge(layers: Sequence[Path], target: Path) -> None:
    """Merge directories without a copy: what only one of them has is shown, directories that several have are merged."""
    names = sorted({entry.name for layer in layers for entry in layer.iterdir()})
    for name in names:
        having = [layer / name for layer in layers if os.path.lexists(layer / name)]
        if len(having) > 1 and all(path.is_dir() and not path.is_symlink() for path in having):
            (target / name).mkdir()
            _merge(having, target / name)
        else:
            _show(having[-1], target / name)


def _devices(dev: Path) -> None:
    """Show the harmless devices; Lambda has no ``/dev/shm`` either."""
    dev.mkdir()
    for name in _DEVICES:
        _show(Path("/dev", name), dev / name)
    for name, target in _LINKS.items():
        (dev / name).symlink_to(target)
