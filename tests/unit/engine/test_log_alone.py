"""What a log tells of a function is known; the rest is behind a gap, whoever asks."""

import pytest

from doctor.engine import log_alone
from doctor.engine.world import Unseen
from doctor.logs.pasted import read
from doctor.model.finding import Diagnosis
from doctor.shelf import shipped_rules
from doctor.testing.world import NOW

ID = "0b1c2d3e-0000-4000-8000-000000000000"
START = f"2026-11-23T10:40:00.000Z\tSTART RequestId: {ID} Version: $LATEST\n"
REPORT = f"2026-11-23T10:40:03.000Z\tREPORT RequestId: {ID}\tDuration: 3000.00 ms\tMemory Size: 128 MB\tMax Memory Used: {{used}} MB\t"
CASES = {
    "a time-out while the handler worked": (
        "2026-11-23T10:39:59.000Z\tINIT_START Runtime Version: python:3.12.v18\n" + START
        + "2026-11-23T10:40:02.900Z\tstill at it\n" + REPORT.format(used=40) + "Status: timeout\n",
        "handler-slower-than-timeout",
    ),
    "old style, killed for memory": (
        START + f"2026-11-23T10:40:02.000Z\tRequestId: {ID} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n"
        + REPORT.format(used=128),
        "out-of-memory",
    ),
    "new style, killed for memory": (
        START + REPORT.format(used=128) + "Status: error\tError Type: Runtime.OutOfMemory\n",
        "out-of-memory",
    ),
    "a dependency that is missing": (
        START + "2026-11-23T10:40:01Z\t[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'\n"
        + REPORT.format(used=40),
        "dependency-missing",
    ),
    "an environment variable that is not set": (
        START + "2026-11-23T10:40:01Z\t[ERROR] KeyError: 'TABLE'\rTraceback (most recent call last):\r"
        '  File "/var/task/app.py", line 3, in handler\r  File "/var/lang/lib/python3.12/os.py", line 714, in __getitem__\n'
        + REPORT.format(used=40),
        "environment-variable-missing",
    ),
    "AWS says which policy refuses": (
        START + "2026-11-23T10:40:01Z\t[ERROR] ClientError: An error occurred (AccessDeniedException) when calling the PutItem operation: "
        "User: arn:aws:sts::111122223333:assumed-role/r/orders is not authorized to perform: dynamodb:PutItem on resource: "
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders because no identity-based policy allows the dynamodb:PutItem action\r"
        "Traceback (most recent call last):\n" + REPORT.format(used=40),
        "denial-in-aws-words",
    ),
    "the handler's own module is missing": (
        START + "2026-11-23T10:40:01Z\t[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'app'\n"
        + REPORT.format(used=40),
        "handler-module-missing",
    ),
    "the handler's function is missing": (
        START + "2026-11-23T10:40:01Z\t[ERROR] Runtime.HandlerNotFound: Handler 'main' missing on module 'app'\n" + REPORT.format(used=40),
        "handler-function-missing",
    ),
    "the same in Python 3.11 and later": (
        START + "2026-11-23T10:40:01Z\t[ERROR] KeyError: 'TABLE'\rTraceback (most recent call last):\r"
        '  File "/var/task/app.py", line 3, in <module>\r  File "<frozen os>", line 714, in __getitem__\n' + REPORT.format(used=40),
        "environment-variable-missing",
    ),
    "a full disk, of a size that is not told": (
        START + "2026-11-23T10:40:01Z\t[ERROR] OSError: [Errno 28] No space left on device\n" + REPORT.format(used=40),
        "tmp-full",
    ),
    "V8's last words": (
        START + "2026-11-23T10:40:01Z\tFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"
        + f"2026-11-23T10:40:02Z\tRequestId: {ID} Error: Runtime exited with error: signal: aborted\nRuntime.ExitError\n" + REPORT.format(used=90),
        "javascript-heap-full",
    ),
    "a module that Node.js does not find": (
        START + f'2026-11-23T10:40:01.000Z\t{ID}\tERROR\tUncaught Exception \t{{"errorType":"Runtime.ImportModuleError",'
        '"errorMessage":"Error: Cannot find module \'lodash\'"}\n' + REPORT.format(used=40),
        "node-module-missing",
    ),
    "a module that is imported by the handler": (
        START + "2026-11-23T10:40:01Z\t[ERROR] ModuleNotFoundError: No module named 'pandas'\rTraceback (most recent call last):\r"
        '  File "/var/task/app.py", line 3, in handler\n' + REPORT.format(used=40),
        "dependency-missing",
    ),
    "a host that nobody knows": (
        START + f'2026-11-23T10:40:01.000Z\t{ID}\tERROR\tInvoke Error \t{{"errorType":"Error",'
        '"errorMessage":"getaddrinfo ENOTFOUND db.example.com"}\n' + REPORT.format(used=40),
        "name-not-resolved",
    ),
    "a process that exits, in whatever language": (
        START + f"2026-11-23T10:40:02Z\tRequestId: {ID} Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n"
        + REPORT.format(used=40),
        "process-exits",
    ),
    "a program that cannot be started": (
        START + f"2026-11-23T10:40:02Z\tRequestId: {ID} Error: fork/exec /var/task/bootstrap: exec format error\nRuntime.InvalidEntrypoint\n"
        + REPORT.format(used=40),
        "bootstrap-missing",
    ),
    "an exception in JSON, in a language that is not told": (
        START + '2026-11-23T10:40:01Z\t{"level":"ERROR","errorType":"ValueError","errorMessage":"no",'
        '"stackTrace":["  File \\"/var/task/app.py\\", line 6, in handler\\n"]}\n' + REPORT.format(used=40),
        "unhandled-exception",
    ),
    "an exception in Java": (
        START + "2026-11-23T10:40:01Z\tno name: java.lang.IllegalStateException\njava.lang.IllegalStateException: no name\n"
        "\tat com.example.Handler.handle(Handler.java:17)\n" + REPORT.format(used=40),
        "unhandled-exception",
    ),
    "a handler's class that Java does not find": (
        START + "2026-11-23T10:40:01Z\tClass not found: com.example.Handler: java.lang.ClassNotFoundException\n"
        "java.lang.ClassNotFoundException: com.example.Handler\n\tat java.base/java.lang.Class.forName0(Native Method)\n" + REPORT.format(used=40),
        "handler-not-loadable",
    ),
    "a full heap in Java": (
        START + "2026-11-23T10:40:01Z\tJava heap space: java.lang.OutOfMemoryError\n"
        "java.lang.OutOfMemoryError: Java heap space\n\tat java.base/java.util.Arrays.copyOf(Unknown Source)\n" + REPORT.format(used=40),
        "java-heap-full",
    ),
}  # fmt: skip


def diagnosed(text: str) -> Diagnosis:
    """What the shipped rules say of a pasted log."""
    those = log_alone.invocations(read(text.encode(), NOW), b"key")
    return log_alone.diagnose_log(log_alone.snapshot(those, "orders", NOW), shipped_rules())


@pytest.mark.parametrize("name", CASES)
def test_a_log_alone_shows_the_root(name: str) -> None:
    text, rule = CASES[name]
    said = diagnosed(text)

    assert rule in {finding.rule for finding in said.findings}
    assert said.crashes == ()


@pytest.mark.parametrize("name", CASES)
def test_every_rule_speaks_or_looks_or_says_what_it_could_not_see(name: str) -> None:
    said = diagnosed(CASES[name][0])
    skipped = {rule: skip.gap for skip in said.skips for rule in skip.rules}

    assert all(gap.reason == "not_asked" for gap in skipped.values())
    assert {"visibility-timeout-too-short", "action-not-allowed", "no-way-out", "function-failed"} <= set(skipped)


@pytest.mark.parametrize("name", CASES)
def test_a_log_is_what_is_cited_and_nothing_can_be_sent(name: str) -> None:
    findings = diagnosed(CASES[name][0]).findings

    assert {one.source for finding in findings for one in finding.problem.evidence} == {log_alone.SOURCE}
    assert not any(fix.steps for finding in findings for fix in finding.problem.fixes)


def test_what_a_log_does_not_tell_cannot_be_asked_for() -> None:
    those = log_alone.invocations(read(CASES["a dependency that is missing"][0].encode(), NOW), b"key")
    (function,) = log_alone.snapshot(those, "orders", NOW).resources.values()
    told = (function.memory_size, function.handler, function.runtime)  # type: ignore[union-attr]

    assert told == (128, "app.?", "python")
    for field in ("timeout", "environment", "vpc_config", "role", "state"):
        with pytest.raises(Unseen):
            getattr(function, field)


@pytest.mark.parametrize(
    ("line", "runtime"),
    [
        ("INIT_START Runtime Version: nodejs:22.v33\tRuntime Version ARN: a", "nodejs22.x"),
        ("INIT_START Runtime Version: provided:al2023.v80\tRuntime Version ARN: a", "provided.al2023"),
        ("INIT_START Runtime Version: java:21.v25\tRuntime Version ARN: a", "java21"),
        (f'2026-11-23T10:40:01.000Z\t{ID}\tERROR\tInvoke Error \t{{"errorType":"Error"}}', "nodejs?.x"),
        ("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", "nodejs?.x"),
        ("java.lang.NullPointerException: no name\n\tat com.example.Handler.handle(Handler.java:17)", "java"),
        ("fork/exec /var/task/bootstrap: exec format error", "provided.?"),
    ],
)
def test_a_runtime_is_told_by_its_words_and_an_identifier_by_its_version_alone(line: str, runtime: str) -> None:
    (function,) = log_alone.snapshot(
        log_alone.invocations(read(f"{START}{line}\n".encode(), NOW), b"key"), "orders", NOW
    ).resources.values()

    assert function.runtime == runtime  # type: ignore[union-attr]


def test_that_nobody_answered_is_not_called_a_fault_of_the_code() -> None:
    line = (
        '2026-11-23T10:40:01Z\t[ERROR] ConnectTimeoutError: Connect timeout on endpoint URL: "https://sqs.eu-west-1.amazonaws.com/"\r'
        'Traceback (most recent call last):\r  File "/var/task/app.py", line 9, in handler\n'
    )
    (found,) = diagnosed(START + line + REPORT.format(used=40)).findings

    assert found.problem.confidence == "possible"
    assert "correct" not in found.problem.fixes[0].title


def test_a_payload_that_is_too_large_is_no_deployment() -> None:
    line = (
        "2026-11-23T10:40:01Z\t[ERROR] RequestEntityTooLargeException: An error occurred (RequestEntityTooLargeException) "
        "when calling the Invoke operation: Request must be smaller than 6291456 bytes for the InvokeFunction operation\r"
        "Traceback (most recent call last):\n"
    )

    said = diagnosed(START + line + REPORT.format(used=40))

    assert {one.rule for one in said.findings} == {"invocation-refused"}


def test_a_file_of_the_other_module_system_is_one_cause() -> None:
    line = (
        f'2026-11-23T10:40:01.000Z\t{ID}\tERROR\tUncaught Exception \t{{"errorType":"ReferenceError",'
        '"errorMessage":"require is not defined in ES module scope, you can use import instead"}\n'
    )

    said = diagnosed(START + line + REPORT.format(used=40))

    assert {one.rule for one in said.findings} == {"module-systems-mixed"}


def test_a_stack_trace_is_read_from_lines_without_times_too() -> None:
    lines = "no name: java.lang.IllegalStateException\njava.lang.IllegalStateException: no name\n\tat com.example.Handler.handle(Handler.java:17)\n"
    (found,) = diagnosed(f"START RequestId: {ID} Version: $LATEST\n{lines}END RequestId: {ID}\n").findings

    assert "no name" in found.problem.message


def test_a_stack_trace_that_the_code_prints_itself_is_no_failure() -> None:
    printed = "java.lang.IllegalStateException: no name\n\tat com.example.Handler.handle(Handler.java:17)\n"

    assert diagnosed(f"START RequestId: {ID} Version: $LATEST\n{printed}END RequestId: {ID}\n").findings == ()


def test_a_family_of_runtimes_is_not_taken_for_its_first_version() -> None:
    raised = f'2026-11-23T10:40:01.000Z\t{ID}\tERROR\tInvoke Error \t{{"errorType":"TypeError","errorMessage":"no"}}\n'

    assert {one.rule for one in diagnosed(START + raised + REPORT.format(used=40)).findings} == {"unhandled-exception"}


def test_environments_are_told_apart_by_their_initialisations() -> None:
    cold = REPORT.format(used=40) + "Init Duration: 100.00 ms\n"
    other = ID.replace("0b1c", "0b1d")
    both = (START + cold).replace("10:40", "10:30") + (START + cold).replace(ID, other)
    those = log_alone.invocations(read(both.encode(), NOW), b"key")

    assert len({one.log_stream for one in those}) == 2
