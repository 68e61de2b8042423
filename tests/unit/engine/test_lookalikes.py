"""What looks alike: of each pair the right rule speaks, and the one that it could be taken for is named as ruled out.

A world shows one failure; all rules look at it. ``wins`` is what is found first for the symptom that was seen,
``ruled_out`` are rules that say aloud that they looked and that it is not theirs.
"""

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.world import World
from doctor.model.package import ModuleRoot, Native, Package
from doctor.model.triggers import RedrivePolicy
from doctor.shelf import shipped_rules
from doctor.testing.world import (
    exited,
    function,
    killed,
    node_raised,
    not_initialised,
    queue,
    raised,
    succeeded,
    timed_out,
    world,
)
from tests.cases.timeout import batch_too_big

RULES = shipped_rules(advice=True)
F = function(timeout=3)
SLOW = function(timeout=30)
NODE = function(runtime="nodejs22.x", handler="index.handler")
HEAP = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"
INIT = "INIT_REPORT Init Duration: 10006.92 ms\tPhase: init\tStatus: timeout\n"
AGAIN = "INIT_REPORT Init Duration: 3000.00 ms\tPhase: invoke\tStatus: timeout\n"
ALONE = Package(files=1, unzipped_size=9, top_level=("app.py",), modules=(ModuleRoot(path="", names=("app",)),))
OTHER_ABI = Package(
    files=9,
    unzipped_size=9,
    top_level=("app.py", "x"),
    modules=(ModuleRoot(path="", names=("app", "x")),),
    natives=(Native(path="x/_y.cpython-311-x86_64-linux-gnu.so", format="elf", abi="cpython-311-x86_64-linux-gnu"),),
)
REDRIVEN = queue(
    visibility_timeout=60, redrive_policy=RedrivePolicy(dead_letter_target_arn=queue("d").arn, max_receive_count=5)
)
LEAK = [succeeded(ago=9000 - 60 * n, used=40 + 4 * n) for n in range(22)]


def not_imported(message: str):
    return not_initialised("Runtime.ImportModuleError", f"Unable to import module 'app': {message}")


PAIRS: dict[str, tuple[World, str, set[str]]] = {
    # stopped at the timeout
    "a slow handler is no hang, and its initialisation was not to blame": (
        world(F, invocations=[timed_out(after=3, last_word=2.9, used=100)]),
        "handler-slower-than-timeout",
        {"initialisation-eats-timeout", "default-timeout"},
    ),
    "an initialisation inside the invocation is no slow handler": (
        world(F, invocations=[timed_out(after=3, before_start=[INIT, AGAIN])]),
        "initialisation-timed-out",
        {"default-timeout", "too-little-cpu"},
    ),
    "a batch that is too big is no slow handler": (
        batch_too_big.fed(batch_too_big.SMALL, batch_too_big.LARGE, source=REDRIVEN),
        "batch-too-big",
        {"handler-slower-than-timeout", "too-little-cpu"},
    ),
    # Runtime.ImportModuleError
    "the handler's module is no dependency": (
        world(F, invocations=[not_imported("No module named 'app'")]),
        "handler-module-missing",
        {"dependency-missing", "native-module-wrong-abi", "syntax-error"},
    ),
    "a dependency is not the handler's module": (
        world(function(package=ALONE), invocations=[not_imported("No module named 'requests'")]),
        "dependency-missing",
        {"handler-module-missing", "native-module-wrong-abi", "exception-while-loading"},
    ),
    "a compiled part that is there was built for something else": (
        world(function(package=OTHER_ABI), invocations=[not_imported("No module named 'x._y'")]),
        "native-module-wrong-abi",
        {"dependency-missing", "handler-module-missing"},
    ),
    "a compiled part that is not there is missing": (
        world(function(package=ALONE), invocations=[not_imported("No module named 'x._y'")]),
        "dependency-missing",
        {"native-module-wrong-abi"},
    ),
    "no such file, though it is there: another processor": (
        world(
            F,
            invocations=[
                not_imported("/var/task/x.so: cannot open shared object file: No such file or directory"),
            ],
        ),
        "native-library-wrong-architecture",
        {"syntax-error"},
    ),
    # Runtime.ExitError and kills
    "killed at the limit is no crash and no MemoryError": (
        world(SLOW, invocations=[killed(old=True)]),
        "out-of-memory",
        {"native-crash", "memory-error"},
    ),
    "a leak is not too little memory": (
        world(SLOW, invocations=[*LEAK, killed(ago=60)]),
        "memory-leak",
        {"out-of-memory", "native-crash", "memory-error"},
    ),
    "an abort of V8 is no crash": (
        world(NODE, invocations=[exited("signal: aborted", said=[HEAP])]),
        "javascript-heap-full",
        {"native-crash", "process-exits", "unhandled-rejection"},
    ),
    "an abort of other code is no full heap": (
        world(NODE, invocations=[exited("signal: aborted")]),
        "native-crash",
        {"javascript-heap-full", "process-exits", "unhandled-rejection"},
    ),
    "an exit is no rejection": (
        world(NODE, invocations=[exited("exit status 1")]),
        "process-exits",
        {"unhandled-rejection"},
    ),
    "Node.js's status 128 is a rejection": (
        world(NODE, invocations=[exited("exit status 128")]),
        "unhandled-rejection",
        {"process-exits"},
    ),
    "a segmentation fault is no exit": (
        world(F, invocations=[exited("signal: segmentation fault")]),
        "native-crash",
        {"process-exits"},
    ),
    # Exceptions
    "a MemoryError is no exception of the code's": (
        world(F, invocations=[raised("MemoryError", "")]),
        "memory-error",
        {"unhandled-exception"},
    ),
    "a full disk is not a read-only one": (
        world(F, invocations=[raised("OSError", "[Errno 28] No space left on device")]),
        "tmp-full",
        {"unhandled-exception", "read-only-file-system"},
    ),
    "a read-only place is not a full disk": (
        world(F, invocations=[raised("OSError", "[Errno 30] Read-only file system: '/var/task/x'")]),
        "read-only-file-system",
        {"unhandled-exception", "tmp-full"},
    ),
    "too many open files are no exception of the code's": (
        world(F, invocations=[raised("OSError", "[Errno 24] Too many open files")]),
        "too-many-open-files",
        {"unhandled-exception"},
    ),
    "a module that is imported late": (
        world(F, invocations=[raised("ModuleNotFoundError", "No module named 'requests'")]),
        "dependency-missing",
        {"unhandled-exception", "handler-module-missing", "native-module-wrong-abi"},
    ),
    "an answer that cannot be encoded": (
        world(F, invocations=[raised("Runtime.MarshalError", "Unable to marshal response: Circular reference")]),
        "response-not-serializable",
        {"unhandled-exception"},
    ),
    "an answer that is too large": (
        world(F, invocations=[raised("Function.ResponseSizeTooLarge", "Response payload size exceeded")]),
        "response-too-large",
        {"unhandled-exception", "response-not-serializable"},
    ),
    # Before the handler
    "an exception while loading is not too slow": (
        world(F, invocations=[not_initialised("ValueError", "no such region")]),
        "exception-while-loading",
        {"initialisation-timed-out"},
    ),
    "a Handler without a dot is no missing function": (
        world(
            function(handler="handler"),
            invocations=[not_initialised("Runtime.MalformedHandlerName", "Bad handler 'handler': not enough values")],
        ),
        "handler-malformed",
        {"handler-function-missing"},
    ),
    "a rejected promise that was awaited is the handler's": (
        world(NODE, invocations=[node_raised("TypeError", "x is not a function")]),
        "unhandled-exception",
        set(),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_right_one_wins_and_the_others_are_ruled_out(name: str) -> None:
    seen, wins, ruled_out = PAIRS[name]
    said = diagnose(seen, RULES)
    rule_of = {finding.fingerprint: finding.rule for finding in said.findings}
    firsts = [rule_of[one.findings[0]] if one.findings else "" for one in said.explanations]

    assert firsts == [wins]
    assert ruled_out <= {one.cause for one in said.ruled_out}
    assert not {finding.rule for finding in said.findings} & ruled_out


@pytest.mark.parametrize("name", PAIRS)
def test_whoever_else_speaks_is_a_consequence(name: str) -> None:
    """Two findings may explain one failure, but only one is its root."""
    seen, wins, _ = PAIRS[name]
    findings = diagnose(seen, RULES).findings
    roots = {one.rule for one in findings if one.problem.explains and not one.causes}

    assert roots == {wins}
