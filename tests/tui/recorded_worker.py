"""A worker that answers from a recording: JSON lines in, JSON lines out, no account and no sandbox.

Its one argument is a JSON file: for each verb a list of ``[kind, body]`` pairs, and what may go wrong on purpose.
``die`` names a verb at which it ends without an answer; ``hang`` one at which it stops answering after its events.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path


def _answers(recording: dict, command: dict) -> list:
    verb = command["verb"]
    if verb == "detail":
        details = recording["detail"]
        name = command["arguments"]["function"]
        return [["done", details[name]]] if name in details else [["error", f"no function is called {name}"]]
    return recording[verb]


def main() -> None:
    path = Path(sys.argv[1])
    recording = json.loads(path.read_text(encoding="utf-8"))
    pause = recording.get("pause", 0)
    for text in sys.stdin:
        command = json.loads(text)
        with path.with_name(path.name + ".heard").open("a", encoding="utf-8") as heard:
            heard.write(text)
        verb = command["verb"]
        if verb == recording.get("die"):
            sys.stderr.write("MemoryError\n")
            sys.stderr.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        for seq, (kind, body) in enumerate(_answers(recording, command)):
            if verb == recording.get("hang") and kind == "done":
                time.sleep(600)
            sys.stdout.write(json.dumps({"job": command["job"], "seq": seq, "kind": kind, "body": body}) + "\n")
            sys.stdout.flush()
            time.sleep(pause)


if __name__ == "__main__":
    main()
