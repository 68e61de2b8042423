"""A Node.js handler with a callback runs where several invocations share its process.

On Managed Instances an environment runs several invocations at once. There a handler must be asynchronous: what waits for an empty event loop waits
for the other invocations' work too, and answers late or never. Other code that is not made for it (values that are changed at the module's level,
files in /tmp of one name) is not seen here. With one invocation at a time in an environment nothing is shared.

Covers: cfg-lmi-concurrency-unsafe
Fix: an asynchronous handler; until then one invocation at a time in each environment.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-nodejs-runtime.html
"""

from collections.abc import Iterator
from typing import Any

from doctor.rules_api import Applicability, Confidence, Contents, Evidence, Fix, Function, Problem, Severity, rule

CONFIG, MANAGED = "CapacityProviderConfig", "LambdaManagedInstancesCapacityProviderConfig"
AT_ONCE = "PerExecutionEnvironmentMaxConcurrency"
WITH_CALLBACK = 3
"""Parameters of a handler that answers by a callback."""


@rule(Severity.MEDIUM)
def callback_on_managed_instances(function: Function, contents: Contents) -> Iterator[Problem]:
    if not (function.runtime or "").startswith("nodejs") or CONFIG not in function.extra:
        return
    managed: dict[str, Any] = function.extra[CONFIG].get(MANAGED) or {}
    if not managed or managed.get(AT_ONCE) == 1:
        return
    code = contents.package.handler if contents.package else None
    if code is None or code.asynchronous or code.parameters is None or code.parameters < WITH_CALLBACK:
        return
    yield Problem(
        message="its handler answers by a callback, and its environments run several invocations at once",
        evidence=(
            Evidence(
                resource=function.arn,
                field="Package.handler.parameters",
                value=code.parameters,
                source="lambda:GetFunction",
            ),
            Evidence(
                resource=function.arn,
                field=f"extra.{CONFIG}",
                value=function.extra[CONFIG],
                source="lambda:GetFunctionConfiguration",
            ),
        ),
        fixes=(
            Fix(
                title="make the handler asynchronous",
                applicability=Applicability.MANUAL,
                note=f"until then {AT_ONCE}=1 in its {CONFIG}, which needs more environments for the same load",
            ),
        ),
        confidence=Confidence.LIKELY,
    )
