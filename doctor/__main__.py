"""The command ``doctor``, also as ``python -m doctor``."""

import gc
import sys


def run() -> int:
    """Run one command as a process of its own."""
    gc.set_threshold(
        100_000, 20, 20
    )  # what is read stays until the end: looking through it early finds nothing to free
    try:
        from doctor.cli.main import main  # what it loads can be interrupted too

        return main()
    except KeyboardInterrupt:
        sys.stderr.write("doctor: interrupted\n")
        return 130
    finally:
        gc.freeze()  # all of it ends with the process: looking for cycles first costs a tenth of a short run


if __name__ == "__main__":
    sys.exit(run())
