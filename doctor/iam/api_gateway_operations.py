"""API Gateway's control plane: its actions are HTTP methods, its ARNs the paths of its REST API.

Source: Amazon API Gateway Developer Guide, "Access control for API Gateway management" (``apigateway:GET`` on
``arn:aws:apigateway:region::/restapis/id``).
"""

import re
from collections.abc import Iterator

from doctor.iam import models
from doctor.iam.need import Need
from doctor.iam.resource_arns import arn
from doctor.model.call import Call

_LABEL = re.compile(r"\{([^}+]+)\+?\}")


def api_gateway_needs(call: Call) -> Iterator[Need]:
    """What an operation of ``apigateway`` or ``apigatewayv2`` needs; nothing for an operation that botocore lacks."""
    service = models.model(call.service)
    operation = service.operations.get(call.operation) if service else None
    if service is None or operation is None:
        return
    members = service.input_of(operation).members
    names = {reference.location_name or name: name for name, reference in members.items()}

    def value(label: re.Match[str]) -> str:
        return str(call.parameters.get(names.get(label[1], label[1]), "*"))

    path = _LABEL.sub(value, operation.http.request_uri.partition("?")[0])
    note = "" if "*" not in path else "the parameters do not tell which resource"
    yield Need(f"apigateway:{operation.http.method}", arn(call, "apigateway", path, account=""), note=note)
