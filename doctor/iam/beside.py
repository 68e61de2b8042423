"""What a call needs beside the action of its own: the secret that a query is made with, the tags of a session.

Sources: RDS "Authorizing access to the Data API"; Secrets Manager "BatchGetSecretValue"; Systems Manager "Referencing Secrets
Manager secrets from Parameter Store"; IAM "Passing session tags in STS".
"""

from collections.abc import Iterator

from doctor.iam import catalogue
from doctor.iam.call_context import context_of
from doctor.iam.need import Need
from doctor.iam.resource_arns import arns_of
from doctor.model.call import Call

_REFERENCE = "/aws/reference/secretsmanager/"


def beside(call: Call) -> Iterator[Need]:
    """The further actions of a call, each with its resource."""
    if call.service == "rds-data":
        yield from _secret(call, call.parameters.get("secretArn"))
    elif call.name == "secretsmanager:BatchGetSecretValue":
        for one in _texts(call.parameters.get("SecretIdList")):
            yield from _secret(call, one)
    elif call.service == "ssm" and call.operation in ("GetParameter", "GetParameters"):
        for one in (*_texts(call.parameters.get("Names")), *_texts([call.parameters.get("Name")])):
            if one.startswith(_REFERENCE):
                yield from _secret(call, one.removeprefix(_REFERENCE))
    elif call.name == "sts:AssumeRole":
        role, context = str(call.parameters.get("RoleArn", "*")), context_of(call, "sts")
        if call.parameters.get("Tags"):
            yield Need("sts:TagSession", role, context)
        if call.parameters.get("SourceIdentity"):
            yield Need("sts:SetSourceIdentity", role, context)


def _secret(call: Call, name: object) -> Iterator[Need]:
    action = catalogue.action("secretsmanager:GetSecretValue")
    if not isinstance(name, str) or not name or action is None:
        return
    read = Call(
        service="secretsmanager",
        operation="GetSecretValue",
        parameters={"SecretId": name},
        account=call.account,
        region=call.region,
    )
    for resource, note in arns_of(read, "secretsmanager", action):
        yield Need("secretsmanager:GetSecretValue", resource, note=note)


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
