"""The command ``doctor``, also as ``python -m doctor``."""

import gc
import sys

from doctor.cli.main import main


def run() -> int:
    """Run one command as a process of its own."""
    try:
        return main()
    finally:
        gc.freeze()  # all of it ends with the process: looking for cycles first costs a tenth of a short run


if __name__ == "__main__":
    sys.exit(run())
