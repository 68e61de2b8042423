"""The vocabulary of a rule's author. A rule imports from here (or from ``doctor``) and from the pure standard library.

See ``doctor rules facts`` for what a rule can ask for by the types of its parameters.
"""

from collections.abc import Iterable, Iterator, Sized
from datetime import datetime
from typing import Any

from doctor.engine.facts import Concurrency, FailedImport, Imports, Invocations, Metrics, Traffic, Triggers
from doctor.engine.operations import lambda_, sqs
from doctor.engine.rule import rule
from doctor.engine.sizes import more_memory, more_storage
from doctor.logs.formats import said
from doctor.logs.symptoms import HEAP_FULL, RESOURCE_ERRORS, symptom
from doctor.model.finding import Applicability, Confidence, Evidence, Fix, NotThis, Problem, Severity
from doctor.model.function import Function
from doctor.model.identity import Role
from doctor.model.package import Native
from doctor.model.snapshot import Resource
from doctor.model.telemetry import Invocation, Symptom, SymptomKind
from doctor.model.triggers import Queue

_SOURCES = {
    "Function": "lambda:GetFunctionConfiguration",
    "Queue": "sqs:GetQueueAttributes",
    "Role": "iam:GetAccountAuthorizationDetails",
}


def cite(resource: Resource, field: str) -> Evidence:
    """Cite one field of a resource, by its name in Python: what it says, under AWS's name, and the call that told.

    Dots lead further down: ``ephemeral_storage.size``, ``environment.variables.TABLE``.
    """
    names: list[str] = []
    value: Any = resource
    for one in field.split("."):
        if isinstance(value, dict):
            names.append(one)
            value = value[one]
        else:
            names.append(dict(zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True))[one])
            value = getattr(value, one)
    source = "lambda:GetFunction" if names[0] == "Package" else _SOURCES[type(resource).__name__]
    return Evidence(resource=resource.arn, field=".".join(names), value=value, source=source)


def cite_native(function: Function, native: Native, field: str) -> Evidence:
    """Cite what a compiled file of a function's package says of itself: ``abi``, ``machine``, ``format``."""
    return Evidence(
        resource=function.arn,
        field=f"Package.natives[{native.path}].{field}",
        value=getattr(native, field),
        source="lambda:GetFunction",
    )


def cite_log(function: Function, field: str, value: Any, at: datetime) -> Evidence:
    """Cite what the log of a function shows at a moment."""
    return Evidence(resource=function.log_group_arn, field=field, value=value, source="logs:FilterLogEvents", at=at)


def shown(those: Iterable[Invocation]) -> tuple[Symptom, ...]:
    """The symptoms that these invocations show, each once: what a problem found in them explains."""
    return tuple(dict.fromkeys(seen for one in those if (seen := symptom(one)) is not None))


def times(those: Sized) -> str:
    """How often, in words: ``once``, ``7 times``."""
    return "once" if len(those) == 1 else f"{len(those)} times"


def cite_metric(function: Function, metric: str, stat: str, value: Any) -> Evidence:
    """Cite a CloudWatch metric of a function over the snapshot's window."""
    return Evidence(
        resource=function.arn,
        field=f"{metric} {stat}",
        value=value,
        source="cloudwatch:GetMetricData",
    )


__all__ = [
    "HEAP_FULL",
    "RESOURCE_ERRORS",
    "Applicability",
    "Concurrency",
    "Confidence",
    "Evidence",
    "FailedImport",
    "Fix",
    "Function",
    "Imports",
    "Invocation",
    "Invocations",
    "Iterator",
    "Metrics",
    "Native",
    "NotThis",
    "Problem",
    "Queue",
    "Role",
    "Severity",
    "Symptom",
    "SymptomKind",
    "Traffic",
    "Triggers",
    "cite",
    "cite_log",
    "cite_metric",
    "cite_native",
    "lambda_",
    "more_memory",
    "more_storage",
    "rule",
    "said",
    "shown",
    "sqs",
    "symptom",
    "times",
]
