"""The vocabulary of a rule's author. A rule imports from here (or from ``doctor``) and from the pure standard library.

See ``doctor rules facts`` for what a rule can ask for by the types of its parameters.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from doctor.engine.facts import Concurrency, Invocations, Metrics, Traffic, Triggers
from doctor.engine.operations import lambda_, sqs
from doctor.engine.rule import rule
from doctor.logs.formats import said
from doctor.model.finding import Applicability, Confidence, Evidence, Fix, NotThis, Problem, Severity
from doctor.model.function import Function
from doctor.model.identity import Role
from doctor.model.snapshot import Resource
from doctor.model.telemetry import Invocation, Symptom, SymptomKind
from doctor.model.triggers import Queue

_SOURCES = {
    "Function": "lambda:GetFunctionConfiguration",
    "Queue": "sqs:GetQueueAttributes",
    "Role": "iam:GetAccountAuthorizationDetails",
}


def cite(resource: Resource, field: str) -> Evidence:
    """Cite one field of a resource, by its name in Python: what it says, under AWS's name, and the call that told."""
    theirs = dict(zip(resource.__struct_fields__, resource.__struct_encode_fields__, strict=True))
    return Evidence(
        resource=resource.arn,
        field=theirs[field],
        value=getattr(resource, field),
        source=_SOURCES[type(resource).__name__],
    )


def cite_log(function: Function, field: str, value: Any, at: datetime) -> Evidence:
    """Cite what the log of a function shows at a moment."""
    return Evidence(resource=function.log_group_arn, field=field, value=value, source="logs:FilterLogEvents", at=at)


def cite_metric(function: Function, metric: str, stat: str, value: Any) -> Evidence:
    """Cite a CloudWatch metric of a function over the snapshot's window."""
    return Evidence(
        resource=function.arn,
        field=f"{metric} {stat}",
        value=value,
        source="cloudwatch:GetMetricData",
    )


__all__ = [
    "Applicability",
    "Concurrency",
    "Confidence",
    "Evidence",
    "Fix",
    "Function",
    "Invocation",
    "Invocations",
    "Iterator",
    "Metrics",
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
    "lambda_",
    "rule",
    "said",
    "sqs",
]
