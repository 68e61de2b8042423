"""Node.js ended before the handler's promise was settled.

With nothing left to wait for, no timer, socket or promise of the system's, Node.js ends although the handler has not answered: a promise that nobody ever
resolves. The environment is lost with it.

Covers: node-exit-unsettled
Fix: settle every promise that the handler waits for, on every path.
Proof: the failing invocation is run locally; it must end the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    failed_by_type,
    rule,
)

TYPES = ("Runtime.NodejsExit",)
WAY_OUT = Fix(
    title="settle every promise that the handler awaits",
    applicability=Applicability.MANUAL,
    note="a promise whose resolve is never called keeps nothing alive; look for callbacks that are not called on errors",
)


@rule(Severity.HIGH)
def node_exits_early(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.of_type(*TYPES)
    if met:
        yield failed_by_type(function, met, "Node.js ended before the handler answered", WAY_OUT, expects="exited")
