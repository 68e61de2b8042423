"""A write that sets properties, as the text of whatever declares them: CloudFormation, SAM, Terraform.

The resource is declared already, under a name that the account does not tell. So the text names the resource in a comment and
holds only what is set: what else is declared there stays.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from doctor.engine.operations.templates import hcl, yaml
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import AsCode

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Kind(NamedTuple):
    """What a resource is called in each language."""

    cloudformation: str
    terraform: str
    sam: str = ""
    """Empty: SAM declares it as CloudFormation does."""


_FUNCTION = Kind("AWS::Lambda::Function", "aws_lambda_function", "AWS::Serverless::Function")
_MAPPING = Kind("AWS::Lambda::EventSourceMapping", "aws_lambda_event_source_mapping", "entry of the function's Events")


def function(call: Call) -> AsCode:
    """Properties of a function; a reservation that is deleted is a property to leave out."""
    given = {name: value for name, value in call.parameters.items() if name != "FunctionName"}
    return _said(_FUNCTION, arns.name(call.parameters["FunctionName"]), given or {"ReservedConcurrentExecutions": None})


def version(call: Call) -> AsCode:
    """A published version, which each tool publishes in its own way."""
    name = arns.name(call.parameters["FunctionName"])
    made = f"# {name}: a resource beside it; a new one for each version\nType: AWS::Lambda::Version\nProperties:\n"
    return AsCode(
        cloudformation=f"{made}  FunctionName: {json.dumps(name)}",
        sam=f"# {name}, an {_FUNCTION.sam}: publishes at each deployment\nProperties:\n  AutoPublishAlias: NAME",
        terraform=_terraform(_FUNCTION.terraform, name, {"Publish": True}),
    )


def alias(call: Call) -> AsCode:
    """The version that an alias leads to: the one that was published."""
    function_name, name = arns.name(call.parameters["FunctionName"]), call.parameters["Name"]
    sam = f"# {function_name}, an {_FUNCTION.sam}: moves at each deployment\nProperties:\n"
    told = _said(
        Kind("AWS::Lambda::Alias", "aws_lambda_alias"),
        f"{function_name}:{name}",
        {"FunctionVersion": call.parameters["FunctionVersion"]},
    )
    by = "\n  # better by reference, where the version is declared too"
    return AsCode(
        cloudformation=told.cloudformation + by,
        sam=f"{sam}  AutoPublishAlias: {json.dumps(name)}",
        terraform=told.terraform.replace("\n}", f"{by}\n}}"),
    )


def mapping(call: Call) -> AsCode:
    """Properties of an event source mapping."""
    given = {name: value for name, value in call.parameters.items() if name != "UUID"}
    return _said(_MAPPING, call.parameters["UUID"], given)


def queue(call: Call) -> AsCode:
    """Attributes of a queue, which only the API takes as texts."""
    given = {name: int(value) for name, value in call.parameters["Attributes"].items()}
    told = _said(Kind("AWS::SQS::Queue", "aws_sqs_queue"), call.parameters["QueueUrl"].rpartition("/")[2], given)
    return AsCode(
        cloudformation=told.cloudformation,
        terraform=told.terraform.replace("visibility_timeout =", "visibility_timeout_seconds ="),
    )


def event_rule(call: Call) -> AsCode:
    """Whether a rule of EventBridge is on."""
    state = "ENABLED" if call.operation == "EnableRule" else "DISABLED"
    return _said(Kind("AWS::Events::Rule", "aws_cloudwatch_event_rule"), call.parameters["Name"], {"State": state})


def key(call: Call) -> AsCode:
    """Whether a key may be used."""
    told = _said(
        Kind("AWS::KMS::Key", "aws_kms_key"),
        arns.name(call.parameters["KeyId"]),
        {"Enabled": call.operation == "EnableKey"},
    )
    return AsCode(cloudformation=told.cloudformation, terraform=told.terraform.replace("  enabled =", "  is_enabled ="))


def vpc(call: Call) -> AsCode:
    """An attribute of a VPC, which only the API wraps."""
    given = {name: value["Value"] for name, value in call.parameters.items() if name != "VpcId"}
    return _said(Kind("AWS::EC2::VPC", "aws_vpc"), call.parameters["VpcId"], given)


def trust(call: Call) -> AsCode:
    """A role's trust policy."""
    return _document(
        Kind("AWS::IAM::Role", "aws_iam_role"),
        call.parameters["RoleName"],
        ("AssumeRolePolicyDocument", "assume_role_policy"),
        call.parameters["PolicyDocument"],
    )


def managed_policy(call: Call) -> AsCode:
    """What a managed policy says: each tool makes a version of it by itself."""
    return _document(
        Kind("AWS::IAM::ManagedPolicy", "aws_iam_policy"),
        arns.name(call.parameters["PolicyArn"]),
        ("PolicyDocument", "policy"),
        call.parameters["PolicyDocument"],
    )


def key_policy(call: Call) -> AsCode:
    """A key's own policy."""
    name, document = arns.name(call.parameters["KeyId"]), call.parameters["Policy"]
    return _document(Kind("AWS::KMS::Key", "aws_kms_key"), name, ("KeyPolicy", "policy"), document)


def endpoint_policy(call: Call) -> AsCode:
    """The policy of a VPC endpoint."""
    return _document(
        Kind("AWS::EC2::VPCEndpoint", "aws_vpc_endpoint"),
        call.parameters["VpcEndpointId"],
        ("PolicyDocument", "policy"),
        call.parameters["PolicyDocument"],
    )


def _document(kind: Kind, name: str, words: tuple[str, str], text: str) -> AsCode:
    """A whole document, which is an object in YAML and a text in Terraform."""
    document = json.loads(text)
    inside = f"  {words[1]} = jsonencode({hcl(document, 2)})"
    return AsCode(
        cloudformation=_yaml(kind.cloudformation, name, {words[0]: document}),
        terraform="\n".join([_head(kind.terraform, name), inside, "}"]),
    )


def _said(kind: Kind, name: str, properties: Mapping[str, Any]) -> AsCode:
    return AsCode(
        cloudformation=_yaml(kind.cloudformation, name, properties),
        sam=_yaml(kind.sam, name, properties) if kind.sam else "",
        terraform=_terraform(kind.terraform, name, properties),
    )


def _yaml(kind: str, name: str, properties: Mapping[str, Any]) -> str:
    """The properties in YAML; one that is ``None`` is to be left out."""
    kept = {key: value for key, value in properties.items() if value is not None}
    gone = [f"  # without {key}" for key, value in properties.items() if value is None]
    return "\n".join([f"# {name}, {_article(kind)} {kind}", "Properties:", *yaml(kept, 2), *gone])


def _article(kind: str) -> str:
    return "an" if kind[0] in "Ae" else "a"


def _head(kind: str, name: str) -> str:
    return f'resource "{kind}" "..." {{  # {name}'


def _terraform(kind: str, name: str, properties: Mapping[str, Any]) -> str:
    return "\n".join([_head(kind, name), *_attributes(properties, "  "), "}"])


def _attributes(properties: Mapping[str, Any], lead: str) -> Iterator[str]:
    """Terraform's attributes have AWS's names in lower case; what AWS nests is a block there."""
    for key, value in properties.items():
        ours = _WORD.sub("_", key).lower()
        if isinstance(value, Mapping):
            yield f"{lead}{ours} {{"
            yield from _attributes(value, f"{lead}  ")
            yield f"{lead}}}"
        elif value is None:
            yield f"{lead}# without {ours}"
        else:
            yield f"{lead}{ours} = {hcl(value, len(lead))}"
