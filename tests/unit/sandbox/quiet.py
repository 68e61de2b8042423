"""Runs a program where there is no way out: in a network of its own that has a loopback and nothing else.

What is tested there holds handlers by weaker means than namespaces. Should those fail, nothing is reached all the same.
"""

import os
import sys
from pathlib import Path

from doctor.sandbox.launcher import kernel

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
REFUSED = 77


def main() -> None:
    """Become the program that the arguments name; end with ``REFUSED`` where there can be no such network."""
    uid, gid = os.getuid(), os.getgid()
    try:
        kernel.unshare(_NEW_USER | _NEW_NETWORK)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
        kernel.bring_up("lo")
    except OSError as error:
        print(f"no network without a way out: {error}", file=sys.stderr)
        sys.exit(REFUSED)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  the program that a test gave


if __name__ == "__main__":
    main()
