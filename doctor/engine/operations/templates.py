"""A write as the text of what may have deployed the resource: CloudFormation (SAM too) and Terraform.

What is only sent to the API is lost at the next deployment, and reported as drift before that.
"""

import json
from collections.abc import Iterator
from typing import Any

from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import AsCode


def policy_as_code(call: Call) -> AsCode:
    """An inline policy of a role."""
    role, name = call.parameters["RoleName"], call.parameters["PolicyName"]
    document = json.loads(call.parameters["PolicyDocument"])
    properties = {"RoleName": role, "PolicyName": name, "PolicyDocument": document}
    attributes = {"name": name, "role": role, "policy": _Json(document)}
    return AsCode(
        cloudformation=cloudformation(logical(name), "AWS::IAM::RolePolicy", properties),
        terraform=terraform("aws_iam_role_policy", name, attributes),
    )


def managed_policy_as_code(call: Call) -> AsCode:
    """A managed policy; that it is attached is the role's to say."""
    name, document = call.parameters["PolicyName"], json.loads(call.parameters["PolicyDocument"])
    properties = {"ManagedPolicyName": name, "PolicyDocument": document}
    return AsCode(
        cloudformation=cloudformation(logical(name), "AWS::IAM::ManagedPolicy", properties),
        terraform=terraform("aws_iam_policy", name, {"name": name, "policy": _Json(document)}),
    )


def permission_as_code(call: Call) -> AsCode:
    """A statement of a function's resource policy."""
    given = dict(call.parameters)
    name, function, qualifier = given.pop("StatementId"), given.pop("FunctionName"), given.pop("Qualifier", "")
    qualified = f"{function}:{qualifier}" if qualifier else function
    attributes = {
        "statement_id": name,
        "function_name": arns.name(function),
        **({"qualifier": qualifier} if qualifier else {}),
        **{_TERRAFORM[key]: value for key, value in given.items()},
    }
    return AsCode(
        cloudformation=cloudformation(logical(name), "AWS::Lambda::Permission", {"FunctionName": qualified, **given}),
        terraform=terraform("aws_lambda_permission", name, attributes),
    )


_TERRAFORM = {
    "Action": "action",
    "Principal": "principal",
    "SourceArn": "source_arn",
    "SourceAccount": "source_account",
    "FunctionUrlAuthType": "function_url_auth_type",
    "InvokedViaFunctionUrl": "invoked_via_function_url",
}


class _Json:
    """A value that Terraform takes as JSON text."""

    def __init__(self, value: Any) -> None:
        self.value = value


def logical(name: str) -> str:
    """A name as CloudFormation wants it: letters and digits."""
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))


def cloudformation(name: str, kind: str, properties: dict[str, Any]) -> str:
    """A resource in YAML."""
    return "\n".join([f"{name}:", f"  Type: {kind}", "  Properties:", *yaml(properties, 4)])


def yaml(value: dict[str, Any], indent: int) -> Iterator[str]:
    """A mapping in YAML's block style; texts are quoted as in JSON, which YAML reads."""
    lead = " " * indent
    for key, one in value.items():
        name = key if key.replace("_", "").isalnum() else json.dumps(key)
        if isinstance(one, dict):
            yield f"{lead}{name}:"
            yield from yaml(one, indent + 2)
        elif isinstance(one, list) and any(isinstance(item, dict) for item in one):
            yield f"{lead}{name}:"
            for item in one:
                first, *rest = yaml(item, indent + 4)
                yield f"{lead}  - {first.strip()}"
                yield from rest
        else:
            yield f"{lead}{name}: {json.dumps(one)}"


def terraform(kind: str, name: str, attributes: dict[str, Any]) -> str:
    """A resource in Terraform's language."""
    width = max(map(len, attributes))
    lines = [f'resource "{kind}" "{name.replace("-", "_")}" {{']
    for key, value in attributes.items():
        text = f"jsonencode({hcl(value.value, 2)})" if isinstance(value, _Json) else hcl(value, 2)
        lines.append(f"  {key:<{width}} = {text}")
    return "\n".join([*lines, "}"])


def hcl(value: Any, indent: int) -> str:
    """A value in Terraform's language."""
    lead = " " * indent
    if isinstance(value, dict):
        rows = (
            f"{lead}  {key if key.isalnum() else _text(key)} = {hcl(one, indent + 2)}" for key, one in value.items()
        )
        return "\n".join(["{", *rows, f"{lead}}}"])
    if isinstance(value, list):
        return f"[{', '.join(hcl(one, indent) for one in value)}]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(value: str) -> str:
    """A quoted text, with what Terraform would fill in kept as it stands."""
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")
