"""Whether a call's parameters are what AWS's API takes, by botocore's own models; nothing is sent."""

from functools import cache
from typing import Any

from doctor.model.call import Call


@cache
def _session() -> Any:
    from botocore.session import get_session

    return get_session()


def complaints(call: Call) -> str:
    """What botocore would refuse of a call before it sends it; empty: nothing."""
    from botocore.validate import ParamValidator

    shape = _session().get_service_model(call.service).operation_model(call.operation).input_shape
    return str(ParamValidator().validate(call.parameters, shape).generate_report())
