"""``python -m doctor.worker``: read commands from stdin, one a line, and answer each with messages on stdout."""

import os
import sys

from doctor.worker.serve import serve


def main() -> int:
    """Serve until stdin ends. What libraries print must not get between the messages, so stdout is kept for these."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
