"""What findings say: the figures that were seen, the place they come from, and no more than that."""

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.world import World
from doctor.model.finding import Confidence
from doctor.shelf import shipped_rules
from tests.cases.memory import tmp_full
from tests.cases.packaging import dependency_missing, native_library_wrong_architecture, native_module_wrong_abi
from tests.cases.runtime_error import handler_function_missing, process_exits, unhandled_exception

RULES = {one.name: one for one in shipped_rules(advice=True)}

SAID: dict[str, tuple[str, World, str, Confidence]] = {
    "the own line of a Python traceback": (
        "unhandled-exception",
        unhandled_exception.BROKEN["its traceback names the line"],
        "KeyError: 'Records' left the handler at app.py line 12, once",
        Confidence.CERTAIN,
    ),
    "a packaged library's line is not its own": (
        "unhandled-exception",
        unhandled_exception.BROKEN["the package tells which code is its own"],
        "ValueError: no left the handler at app.py line 12, once",
        Confidence.CERTAIN,
    ),
    "the own line of a Node.js stack": (
        "unhandled-exception",
        unhandled_exception.BROKEN["a stack of Node.js"],
        "TypeError: x left the handler at index.js line 12, once",
        Confidence.CERTAIN,
    ),
    "a package that was read is certain": (
        "dependency-missing",
        dependency_missing.BROKEN["the package does not have it"],
        "the code imports 'requests', but it is not in the package, once",
        Confidence.CERTAIN,
    ),
    "a package that was not read is not": (
        "dependency-missing",
        dependency_missing.BROKEN["all that is known is the log"],
        "the code imports 'requests', but it was not found, once",
        Confidence.LIKELY,
    ),
    "a layer that was not read may hold it": (
        "dependency-missing",
        dependency_missing.BROKEN["neither does what was read of it, but there is a layer"],
        "the code imports 'requests', but it was not found, once",
        Confidence.LIKELY,
    ),
    "what a compiled file was built for": (
        "native-module-wrong-abi",
        native_module_wrong_abi.BROKEN["built for another Python"],
        "the compiled module 'pydantic_core._pydantic_core' is built for cpython-311-x86_64-linux-gnu, the function needs python3.12 on x86_64, once",
        Confidence.CERTAIN,
    ),
    "what a library was built for": (
        "native-library-wrong-architecture",
        native_library_wrong_architecture.BROKEN["the package shows for which"],
        "/var/task/x.abi3.so is built for arm64, not for x86_64, once",
        Confidence.CERTAIN,
    ),
    "what the module has instead": (
        "handler-function-missing",
        handler_function_missing.BROKEN["the package shows what there is"],
        "Handler 'app.lambda_handler' leads to no function 'lambda_handler' in the module; app.py has handler, preview, once",
        Confidence.CERTAIN,
    ),
    "how often an environment was lost": (
        "process-exits",
        process_exits.BROKEN["every invocation starts cold"],
        "the runtime's process ended with exit status 1 during the invocation: 5 of 5 invocations left the next one to start cold",
        Confidence.CERTAIN,
    ),
    "an end that the log does not explain is possible, not more": (
        "process-exits",
        process_exits.BROKEN["the newer log style does not tell how"],
        "the runtime's process ended during the invocation, once",
        Confidence.POSSIBLE,
    ),
    "a new environment cannot have been filled before": (
        "tmp-full",
        tmp_full.BROKEN["one event is too large"],
        "the 512 MB of /tmp were full, once: in new environments too, so one event needs more",
        Confidence.CERTAIN,
    ),
    "an environment whose life was not seen tells nothing": (
        "tmp-full",
        tmp_full.BROKEN["what the environment did before was not seen"],
        "the 512 MB of /tmp were full, once",
        Confidence.LIKELY,
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_a_message_says_what_was_seen_and_how_sure_that_is(name: str) -> None:
    rule, world, message, confidence = SAID[name]
    (finding,) = diagnose(world, [RULES[rule]]).findings

    assert (finding.problem.message, finding.problem.confidence) == (message, confidence)
