"""The writes that doctor supports, one file per service: what each does to a snapshot, and how it is taken back."""

from doctor.engine.operations import (
    concurrency,
    ec2,
    event_sources,
    events,
    keys,
    lambda_,
    managed_policies,
    permissions,
    role_policies,
    sqs,
    trust,
)
from doctor.engine.operations.operation import Operation
from doctor.model.call import Call

_OPERATIONS: dict[str, Operation] = {
    **concurrency.OPERATIONS,
    **ec2.OPERATIONS,
    **event_sources.OPERATIONS,
    **events.OPERATIONS,
    **keys.OPERATIONS,
    **lambda_.OPERATIONS,
    **managed_policies.OPERATIONS,
    **permissions.OPERATIONS,
    **role_policies.OPERATIONS,
    **sqs.OPERATIONS,
    **trust.OPERATIONS,
}


def operation(call: Call) -> Operation | None:
    """The operation behind a call; ``None``: doctor has no model of it, and a plan that needs it is ``Unproved``."""
    return _OPERATIONS.get(call.name)
