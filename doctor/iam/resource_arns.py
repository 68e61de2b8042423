"""ARNs of the resources that a call names, from IAM's templates and the call's parameters.

A template is ``arn:${Partition}:sqs:${Region}:${Account}:${QueueName}``. A parameter that is an ARN of that form is taken
as it is; otherwise the variables are filled from parameters of the same or a related name.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from doctor.iam import catalogue
from doctor.iam.call_context import objects
from doctor.iam.catalogue import Action
from doctor.model.call import Call
from doctor.model.lazy import pattern

_VARIABLE = pattern(r"\$\{(\w+)\}")
_PLACES = ("Partition", "Region", "Account")
_QUEUE_URL = pattern(r"https?://[^/]+/(?P<account>\d{12})/(?P<name>[^/?]+)")
_QUEUE_REGION = pattern(r"//(?:sqs\.)?(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\.")
_FUNCTION = pattern(r"(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[\w-]+)(?::(?P<qualifier>[\w$-]+))?")

_UNQUALIFIED = 6
"""Colons in the ARN of a function without version or alias."""

Found = tuple[str, str]
"""An ARN, and what could not be told about it."""


def partition(region: str) -> str:
    """The partition that a region lies in."""
    prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b"}
    return next((name for prefix, name in prefixes.items() if region.startswith(prefix)), "aws")


def arn(call: Call, service: str, resource: str, *, region: str | None = None, account: str | None = None) -> str:
    """An ARN in the call's partition, and in its region and account where no other is given."""
    where = call.region if region is None else region
    return f"arn:{partition(call.region)}:{service}:{where}:{call.account if account is None else account}:{resource}"


def arns_of(call: Call, service: str, action: Action) -> list[Found]:
    """The resources that ``action`` is decided on: all must be allowed.

    An action without resource types, or whose resource types are all optional and not named, is decided on ``*``.
    """
    special = _SPECIAL.get(service)
    found = special(call, action) if special else None
    if found is not None:
        return found
    types = catalogue.resource_types(service)
    named: list[Found] = []
    missing: list[str] = []
    for use in action.resource_types:
        known = types.get(use.name.lower())
        filled = _filled(call, known.arn) if known else []
        named += [(one, "") for one in filled if one not in (arn for arn, _ in named)]
        if use.required and not filled:
            missing.append(use.name)
    named = _most_specific(named)
    if named:
        return named
    return [("*", f"the parameters do not tell which {' or '.join(missing)}" if missing else "")]


def _most_specific(named: list[Found]) -> list[Found]:
    """Without those that are only the beginning of another: a function beside its alias, a log group beside its stream."""
    return [one for one in named if not any(other[0].startswith(one[0] + ":") for other in named)]


def _filled(call: Call, template: str) -> list[str]:
    """The ARNs that the call's parameters make of a template; empty when a variable has no value."""
    given = list(_arns_like(template, call.parameters))
    if given:
        return given
    variables = [name for name in _VARIABLE.findall(template) if name not in _PLACES]
    usual = _DEFAULTS.get(call.service, {})
    values = {name: _parameter(name, call) or usual.get(name, []) for name in variables}
    if not variables or not all(values.values()):
        return []
    places = {"Partition": [partition(call.region)], "Region": [call.region], "Account": [call.account]}
    longest = max(len(value) for value in values.values())
    every: Mapping[str, list[str]] = {**places, **values}
    return [
        _VARIABLE.sub(lambda match, at=at: every[match[1]][min(at, len(every[match[1]]) - 1)], template)  # type: ignore[misc]
        for at in range(longest)
    ]


@lru_cache(maxsize=1024)
def _pattern(template: str) -> re.Pattern[str]:
    parts = _VARIABLE.split(template)
    last = len(parts) - 2
    return pattern(
        "".join(
            re.escape(part) if at % 2 == 0 else "[^:]*" if part in _PLACES else ".+" if at == last else "[^:/]+"
            for at, part in enumerate(parts)
        ),
    )


def _arns_like(template: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    for value in parameters.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and one.startswith("arn:") and _pattern(template).fullmatch(one):
                yield one


_DEFAULTS = {"scheduler": {"GroupName": ["default"]}}
"""What a variable is when its parameter is left out."""
_ENDINGS = ("WithPath", "WithoutLeadingSlash")
_GENERIC = ("Name", "Id", "Identifier", "Names", "Ids")


def _parameter(variable: str, call: Call) -> list[str]:
    """Values of the parameter that a template's variable stands for (``QueueName``, ``RoleNameWithPath``).

    A bare ``Name`` or ``Id`` stands for what the operation's own name speaks of: the table of ``GetTable``.
    """
    base = variable
    for ending in _ENDINGS:
        base = base.removesuffix(ending)
    stem = re.sub(r"(?:Name|Id|Identifier)$", "", base)
    wanted = [base, f"{base}s", f"{stem}Name", f"{stem}Id", f"{stem}Identifier", stem, f"{stem}Names", f"{stem}Ids"]
    lower = {name.lower(): value for name, value in call.parameters.items()}
    for name in [*wanted, *(_GENERIC if stem and stem.lower() in call.operation.lower() else ())]:
        value = lower.get(name.lower())
        values = value if isinstance(value, list) else [value]
        texts = [one for one in values if isinstance(one, str) and one and not one.startswith("arn:")]
        if texts:
            return texts
    return []


def _queue(call: Call, _action: Action) -> list[Found] | None:
    """SQS: the queue's URL names account and queue."""
    url = _QUEUE_URL.match(str(call.parameters.get("QueueUrl", "")))
    if url is None:
        owner = call.parameters.get("QueueOwnerAWSAccountId")
        name = call.parameters.get("QueueName")
        return [(arn(call, "sqs", str(name), account=owner), "")] if name else None
    region = _QUEUE_REGION.search(str(call.parameters["QueueUrl"]))
    where = region["region"] if region else call.region
    return [(arn(call, "sqs", url["name"], region=where, account=url["account"]), "")]


def _function(call: Call, action: Action) -> list[Found] | None:
    """Lambda: a function by name, partial ARN or ARN, with its qualifier in the name or apart; a layer's version."""
    layer, version = call.parameters.get("LayerName"), call.parameters.get("VersionNumber")
    if isinstance(layer, str) and version:
        whole = layer if layer.startswith("arn:") else arn(call, "lambda", f"layer:{layer}")
        return [(f"{whole}:{version}", "")]
    given = call.parameters.get("FunctionName")
    if not isinstance(given, str) or "function" not in {use.name for use in action.resource_types}:
        return None
    qualifier = str(call.parameters.get("Qualifier", "") or "")
    whole = given
    if not given.startswith("arn:"):
        match = _FUNCTION.fullmatch(given)
        if match is None:
            return [("*", f"{given!r} is no function's name")]
        whole = arn(call, "lambda", f"function:{match['name']}", account=match["account"])
        qualifier = qualifier or match["qualifier"] or ""
    if qualifier and whole.count(":") == _UNQUALIFIED:
        whole = f"{whole}:{qualifier}"
    return [(whole, "")]


def _secret(call: Call, _action: Action) -> list[Found] | None:
    """Secrets Manager: the six characters behind a secret's name are in its ARN alone."""
    given = call.parameters.get("SecretId") or call.parameters.get("Name")
    if not isinstance(given, str):
        return None
    note = f"the six characters that end the ARN of the secret {given} are not known"
    if given.startswith("arn:"):
        return [(given, "")] if _SUFFIXED.search(given) else [(f"{given}-??????", note)]
    return [(arn(call, "secretsmanager", f"secret:{given}-??????"), note)]


_SUFFIXED = pattern(r"-[A-Za-z0-9]{6}$")


def _ssm(call: Call, action: Action) -> list[Found] | None:
    """Parameter Store: the slash in front of a name or path is the ARN's own."""
    if all(use.name.lower() != "parameter" for use in action.resource_types):
        return None
    given = call.parameters.get("Names") or call.parameters.get("Name") or call.parameters.get("Path")
    names = [str(one) for one in (given if isinstance(given, list) else [given]) if one]
    return [
        (name if name.startswith("arn:") else arn(call, "ssm", f"parameter/{name.split(':')[0].removeprefix('/')}"), "")
        for name in names
    ] or None


def _key(call: Call, action: Action) -> list[Found] | None:
    """KMS: an alias is not a key; which key is behind it, the snapshot may know."""
    given = call.parameters.get(_KEY_PARAMETERS.get(action.name, "KeyId"))
    if not isinstance(given, str):
        names_key = any(use.name.lower() == "key" for use in action.resource_types)
        return [("*", "the ciphertext tells which key, the parameters do not")] if names_key else None
    whole = given if given.startswith("arn:") else arn(call, "kms", given if "alias/" in given else f"key/{given}")
    wants_alias = [use.name.lower() for use in action.resource_types] == ["alias"]
    hidden = ":alias/" in whole and not wants_alias
    return [(whole, f"the key behind {given} is not known" if hidden else "")]


_KEY_PARAMETERS = {"ReEncryptFrom": "SourceKeyId", "ReEncryptTo": "DestinationKeyId"}


def _logs(call: Call, action: Action) -> list[Found] | None:
    """CloudWatch Logs: the group's name under either spelling; a stream that is not named is ``*``."""
    given = call.parameters.get("logGroupName") or call.parameters.get("logGroupIdentifier")
    if not isinstance(given, str):
        return None
    group = given.removesuffix(":*") if given.startswith("arn:") else arn(call, "logs", f"log-group:{given}")
    wanted = {use.name for use in action.resource_types}
    stream = call.parameters.get("logStreamName")
    if "log-stream" in wanted and (stream or "log-group" not in wanted):
        return [(f"{group}:log-stream:{stream or ''}", "")]
    return [(f"{group}:*", "")] if wanted else None


def _events(call: Call, action: Action) -> list[Found] | None:
    """EventBridge: ``PutEvents`` goes to the buses that its entries name, or to the default one."""
    if action.name != "PutEvents":
        return None
    entries = objects(call.parameters.get("Entries"))
    buses = dict.fromkeys(str(one.get("EventBusName") or "default") for one in entries or [{}])
    return [(bus if bus.startswith("arn:") else arn(call, "events", f"event-bus/{bus}"), "") for bus in buses]


def _topic(call: Call, action: Action) -> list[Found] | None:
    """SNS: a message to a telephone number has no resource."""
    return [("*", "")] if action.name == "Publish" and "PhoneNumber" in call.parameters else None


def _stream_of_table(call: Call, action: Action) -> list[Found] | None:
    """DynamoDB's streams: an iterator begins with its stream's ARN."""
    given = call.parameters.get("ShardIterator")
    known = isinstance(given, str) and given.startswith("arn:") and action.name == "GetRecords"
    return [(str(given).partition("|")[0], "")] if known else None


def _zone(call: Call, _action: Action) -> list[Found] | None:
    """Route 53: a hosted zone by its id, with or without the path in front of it."""
    given = call.parameters.get("HostedZoneId")
    if not isinstance(given, str):
        return None
    return [(arn(call, "route53", f"hostedzone/{given.rpartition('/')[2]}", region="", account=""), "")]


def _task(call: Call, action: Action) -> list[Found] | None:
    """ECS: a task definition by family and revision; without the latter the newest is meant."""
    given = call.parameters.get("taskDefinition")
    if not isinstance(given, str) or "task-definition" not in {use.name for use in action.resource_types}:
        return None
    if given.startswith("arn:") or ":" in given:
        return [(given if given.startswith("arn:") else arn(call, "ecs", f"task-definition/{given}"), "")]
    return [
        (arn(call, "ecs", f"task-definition/{given}:*"), f"the revision of {given} that is the newest is not known")
    ]


_EC2_KINDS = {
    "ami": "image",
    "eni": "network-interface",
    "i": "instance",
    "sg": "security-group",
    "snap": "snapshot",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
}


def _tagged(call: Call, action: Action) -> list[Found] | None:
    """EC2: what is tagged says by the beginning of its id of which kind it is."""
    given = call.parameters.get("Resources")
    if action.name not in ("CreateTags", "DeleteTags") or not isinstance(given, list):
        return None
    kinds = [(one, _EC2_KINDS.get(str(one).partition("-")[0])) for one in given]
    return [
        (arn(call, "ec2", f"{kind}/{one}"), "") if kind else ("*", f"which kind of resource {one} is is not known")
        for one, kind in kinds
    ]


def _role(call: Call, action: Action) -> list[Found] | None:
    """STS: the role to assume; IAM's ARNs have no region, and a role's path is in its ARN alone."""
    given = call.parameters.get("RoleArn")
    return [(given, "")] if isinstance(given, str) and action.name.startswith("AssumeRole") else None


def _connection(call: Call, _action: Action) -> list[Found] | None:
    """API Gateway: which API a connection belongs to is in the endpoint, not in the parameters."""
    return [("*", f"the parameters of {call.operation} do not tell which API")]


def _email(call: Call, action: Action) -> list[Found] | None:
    """SES: the sending identity is the address or its domain."""
    sender = call.parameters.get("FromEmailAddress") or call.parameters.get("Source")
    if not isinstance(sender, str) or "identity" not in {use.name for use in action.resource_types}:
        return None
    address = sender.rpartition("<")[2].rstrip("> ")
    note = f"whether SES verified {address} or its whole domain is not known"
    return [(arn(call, "ses", f"identity/{address}"), note)]


_REGION_GROUPS = ("us.", "eu.", "apac.", "global.", "us-gov.", "jp.", "au.")


def _bedrock(call: Call, _action: Action) -> list[Found] | None:
    """Bedrock: a model by its id, or an inference profile that spreads over regions, by the group in front of its id."""
    given = call.parameters.get("modelId")
    if not isinstance(given, str):
        return None
    if given.startswith("arn:"):
        return [(given, "")]
    if given.startswith(_REGION_GROUPS):
        return [(arn(call, "bedrock", f"inference-profile/{given}"), "the profile's models are decided on too")]
    return [(arn(call, "bedrock", f"foundation-model/{given}", account=""), "")]


_SPECIAL = {
    "bedrock": _bedrock,
    "dynamodb": _stream_of_table,
    "ec2": _tagged,
    "ecs": _task,
    "route53": _zone,
    "sns": _topic,
    "sqs": _queue,
    "lambda": _function,
    "secretsmanager": _secret,
    "ssm": _ssm,
    "kms": _key,
    "logs": _logs,
    "events": _events,
    "sts": _role,
    "execute-api": _connection,
    "ses": _email,
}
