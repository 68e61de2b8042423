"""The writes that doctor supports, one file per service: what each does to a snapshot, and how it is taken back."""

from doctor.engine.operations import lambda_, sqs
from doctor.engine.operations.operation import Operation
from doctor.model.call import Call

_OPERATIONS: dict[str, Operation] = {**lambda_.OPERATIONS, **sqs.OPERATIONS}


def operation(call: Call) -> Operation | None:
    """The operation behind a call; ``None``: doctor has no model of it, and a plan that needs it is ``Unproved``."""
    return _OPERATIONS.get(call.name)
