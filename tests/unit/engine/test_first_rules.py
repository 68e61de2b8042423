"""The failures that were covered first: each has a rule, and each failure that looks like it a HEALTHY case of that rule.

``LOOK_ALIKES`` says, by failure, what could be taken for it and the case that shows the rule silent there; ``()`` where nothing
is known that could. ``WITHIN`` are forms of the failure itself, which its rule tells apart in BROKEN cases.
"""

from importlib import import_module

import pytest

from doctor.engine.diagnose import diagnose
from doctor.shelf import shipped_rules

RULES = {entry: rule for rule in shipped_rules(advice=True) for entry in rule.covers}

LOOK_ALIKES: dict[str, tuple[str, ...]] = {
    # timeouts
    "timeout-handler-too-slow": (
        "a hang: silent long before the deadline",
        "a hang: it never said a word",
        "the initialisation ran out of time",
        "it crashed while it was loaded, and was waited for",
    ),
    "timeout-default-3s": ("somebody chose the limit", "stopped while it waited"),
    "timeout-near-limit": ("its starts are slow, not its invocations", "one in two hundred", "it is stopped already"),
    "timeout-cpu-starved": ("stopped while it waited", "its memory is in use", "killed for memory"),
    "timeout-batch-too-big": ("a hang after some records", "every batch is too slow, the smallest too"),
    "timeout-apigw-29s": ("stopped at its own timeout",),
    # memory
    "oom-killed": (
        "a MemoryError leaves a traceback",
        "V8's heap is full",
        "stopped at its timeout, which kills too",
        "a leak fills what it gets",
    ),
    "oom-python-memoryerror": ("killed at the limit, without a traceback",),
    "oom-node-heap": ("killed at the limit, not by V8", "native code aborts"),
    "memory-headroom-low": ("it leaks", "it was killed already"),
    "memory-leak-warm-env": ("one large event lifts it once", "different environments are no trend"),
    "tmp-full-enospc": ("it writes where nobody may", "too many files are open"),
    "fd-exhausted-emfile": ("the disk is full",),
    # starts
    "coldstart-heavy-init": ("in a VPC, whose interfaces were made before", "a slow handler starts quickly"),
    "coldstart-package-large": ("a container image is loaded in parts",),
    "init-timeout-10s": ("provisioned concurrency has longer", "the initialisation ends in an error"),
    "suppressed-init-timeout": ("the handler alone needs too long", "the handler hangs"),
    "init-crash-loop": ("it raises: the environment stays", "it runs out of time", "killed for memory"),
    "pc-wrong-qualifier": ("all of it spills over: some must have been used",),
    "pc-spillover": ("nothing used: callers name another version", "a burst"),
    "pc-init-failure": ("another reason: quota",),
    # throttling
    "thr-reserved-limit": ("the account's concurrency is used up", "refused with room left: the request rate or a burst"),
    "thr-reserved-zero": ("one is reserved, and that is too little: another rule speaks",),
    "thr-account-concurrency": ("its own reservation is used up", "room is left while it is refused"),
    "thr-sqs-reserved-too-low": ("function errors are no refusals",),
    # errors of code
    "py-handler-module-missing": ("a dependency is missing", "a dependency whose name begins alike"),
    "py-handler-function-missing": ("the file is missing, not the function", "Handler has no dot"),
    "py-handler-malformed": (),
    "py-syntax-error": ("a module is missing",),
    "py-response-not-serializable": ("the answer is too large", "the code itself fails to write JSON"),
    "py-exception-unhandled": ("raised while the module was loaded", "access is denied"),
    "py-init-exception": ("Lambda's warning of a runtime update comes with every failure", "a module is missing"),
    "py-sys-exit": (
        "a wrapper is not found",
        "a rejected promise",
        "killed for memory",
        "SnapStart's hook fails",
        "native code crashes",
    ),
    "rt-signal-crash": ("killed for memory, in the older log style", "V8's heap is full"),
    "node-handler-missing": ("the file is missing, not the function",),
    "node-unhandled-rejection": ("a rejection that was awaited", "it exits"),
    "response-too-large": ("another service says 413", "the answer cannot be encoded"),
    "readonly-filesystem": ("a file that it may not read", "the disk is full"),
    "event-shape-mismatch": ("its trigger sends it: the console's test event did not", "an environment variable"),
    # packages
    "py-dependency-missing": ("compiled for another Python", "a compiled part, by its name", "the handler's own module is missing"),
    "node-module-missing": ("the export is missing, not the file",),
    "provided-bootstrap-missing": ("its own code fails to start",),
    "pkg-native-wrong-abi": ("a dependency is not there at all", "nothing of its name says compiled"),
    "pkg-native-wrong-arch": ("a library of the system is missing", "a module is missing"),
    "pkg-unzipped-too-big": (),
    "pkg-layer-structure": ("no layer has it", "the layer was not read"),
    "pkg-layer-limit": ("a layer version that was deleted goes on working",),
    "pkg-runtime-blocked": ("deprecated, and updates still go", "only creating is blocked"),
    "cfg-runtime-deprecated": ("a container image",),
    "cfg-env-var-missing": ("Lambda could not decrypt the variables", "a key of the event's"),
    "pkg-env-too-large": (),
    "cfg-provisioned-exceeds-reserved": (),
    # what invokes
    "esm-disabled": ("being enabled",),
    "esm-function-error": ("the function is refused", "the poller may not read"),
    "sqs-visibility-lt-timeout": (),
    "sqs-visibility-lt-6x": ("less than one run, for which another rule speaks",),
    "sqs-no-redrive": ("a dead-letter queue needs none",),
    "sqs-fn-dlq-misplaced": ("a topic invokes it too",),
    "batch-failures-ignored": ("the poller listens",),
    "stream-iterator-age": ("a burst, worked off since", "it fails meanwhile: a bad record, for which another rule speaks"),
    "stream-poison-pill": ("no errors: it lacks capacity",),
    "esm-filter-drops-all": ("encrypted filters are not told", "switched off"),
    "s3-notification-missing": ("no policy", "the bucket was not found"),
    "eventbridge-rule-not-firing": ("enabled, and its invocations fail: a permission",),
    "apigw-malformed-response": (
        "the function fails: its own error",
        "a permission is missing, which is a 500",
        "slower than API Gateway waits, which is a 504",
    ),
    "async-no-dlq": ("a queue's messages are put aside by the queue",),
    "async-retries-exhausted": ("it is refused, and does not fail",),
    "async-dlq-target-invalid": ("it is there, and events are lost all the same: a permission",),
    "recursion-detected": ("a queue tries a message that fails again",),
    # states
    "state-pending-stuck": ("created a moment ago", "five minutes, as a VPC may take"),
    "state-failed": ("an update failed: what ran before still runs",),
    "state-inactive": ("coming back already",),
    "state-last-update-failed": ("it was never active, for which another rule speaks",),
    "state-update-in-progress": ("an update of its own is in progress",),
    # the rest
    "sec-public-function-url": (),
    "obs-log-group-custom-missing": (),
    "obs-log-level-filters": (),
    "pkg-alias-stale-version": ("its traffic is being shifted",),
}  # fmt: skip
WITHIN: dict[str, tuple[str, ...]] = {
    "oom-killed": ("tried again, it runs out of time instead",),
    "py-syntax-error": ("a dependency for a newer Python",),
    "provided-bootstrap-missing": ("it is for another processor", "its first line ends as on Windows"),
}


def test_all_of_them_have_a_rule() -> None:
    assert len(LOOK_ALIKES) == 78
    assert [entry for entry in LOOK_ALIKES if entry not in RULES] == []


@pytest.mark.parametrize(("entry", "case"), [(entry, case) for entry, those in LOOK_ALIKES.items() for case in those])
def test_what_looks_like_it_is_a_case_in_which_its_rule_finds_nothing(entry: str, case: str) -> None:
    rule = RULES[entry]
    world = _cases(rule.folder, rule.name).HEALTHY[case]

    assert diagnose(world, [rule]).findings == ()


@pytest.mark.parametrize(("entry", "case"), [(entry, case) for entry, those in WITHIN.items() for case in those])
def test_a_form_of_it_is_a_case_in_which_its_rule_speaks(entry: str, case: str) -> None:
    rule = RULES[entry]

    assert diagnose(_cases(rule.folder, rule.name).BROKEN[case], [rule]).findings


def _cases(folder: str, name: str):
    return import_module(f"tests.cases.{folder}.{name.replace('-', '_')}")
