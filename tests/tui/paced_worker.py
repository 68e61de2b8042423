"""A worker for the benchmark of the screen: it works without end, at the pace that its one argument says.

``idle`` says nothing; ``busy`` keeps a core as busy as eight collecting threads do, and tells about 36 functions a second.
"""

import itertools
import json
import sys
import time


def _burn(seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        sum(range(200))


def main() -> None:
    command = json.loads(sys.stdin.readline())
    sequence = itertools.count()

    def say(kind: str, body: object) -> None:
        sys.stdout.write(json.dumps({"job": command["job"], "seq": next(sequence), "kind": kind, "body": body}) + "\n")

    done = 0
    while sys.argv[1] == "busy":
        _burn(0.08)
        for _ in range(4):
            done += 1
            name = f"new-{done:05d}"
            row = {
                "arn": f"arn:aws:lambda:eu-west-1:1:function:{name}",
                "name": name,
                "health": "ok",
                "why": "64 rules",
            }
            say("row", row)
        say("progress", {"event": "progress", "what": "collecting", "done": done, "total": 10_000})
        sys.stdout.flush()
        time.sleep(0.02)
    sys.stdin.read()


if __name__ == "__main__":
    main()
