"""Condition keys that a call's own parameters set.

Source: Service Authorization Reference, "Condition keys" of each service.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doctor.model.call import Call

PARAMETERS: dict[str, dict[str, str]] = {
    "cloudwatch": {"cloudwatch:namespace": "Namespace"},
    "dynamodb": {
        "dynamodb:ReturnConsumedCapacity": "ReturnConsumedCapacity",
        "dynamodb:ReturnValues": "ReturnValues",
        "dynamodb:Select": "Select",
    },
    "kms": {"kms:EncryptionAlgorithm": "EncryptionAlgorithm", "kms:SigningAlgorithm": "SigningAlgorithm"},
    "lambda": {"lambda:FunctionUrlAuthType": "FunctionUrlAuthType", "lambda:Principal": "Principal"},
    "s3": {
        "s3:VersionId": "VersionId",
        "s3:delimiter": "Delimiter",
        "s3:max-keys": "MaxKeys",
        "s3:prefix": "Prefix",
        "s3:x-amz-acl": "ACL",
        "s3:x-amz-copy-source": "CopySource",
        "s3:x-amz-metadata-directive": "MetadataDirective",
        "s3:x-amz-server-side-encryption": "ServerSideEncryption",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
        "s3:x-amz-storage-class": "StorageClass",
    },
    "secretsmanager": {
        "secretsmanager:VersionId": "VersionId",
        "secretsmanager:VersionStage": "VersionStage",
    },
    "sns": {"sns:Endpoint": "Endpoint", "sns:Protocol": "Protocol"},
    "ssm": {"ssm:Overwrite": "Overwrite", "ssm:Recursive": "Recursive"},
    "sts": {"sts:ExternalId": "ExternalId", "sts:RoleSessionName": "RoleSessionName"},
}
"""Condition keys whose value is that of a parameter; without the parameter the key is absent."""


def context_of(call: Call, service: str) -> dict[str, Any]:
    """The keys that the parameters of a call set, for an action of the prefix ``service``."""
    found = {
        key: call.parameters[name]
        for key, name in PARAMETERS.get(service, {}).items()
        if isinstance(call.parameters.get(name), str | bool | int)
    }
    found |= dict(_tags(call.parameters))
    if service == "kms":
        found |= _encryption_context(call.parameters)
    if service == "dynamodb":
        found |= _attributes(call.parameters)
    if service == "events":
        found |= _event_fields(call.parameters)
    return found


def settled_keys(service: str) -> frozenset[str]:
    """Keys (in lower case) of which the parameters of a call tell everything: what they do not set is absent."""
    return frozenset(key.lower() for key in PARAMETERS.get(service, {}))


def _tags(parameters: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """``aws:RequestTag/…`` and ``aws:TagKeys``."""
    given = parameters.get("Tags", parameters.get("tags"))
    pairs = given if isinstance(given, dict) else {}
    for one in objects(given):
        key = one.get("Key", one.get("TagKey", one.get("key")))
        pairs = {**pairs, str(key): one.get("Value", one.get("TagValue", one.get("value", "")))}
    yield from ((f"aws:RequestTag/{key}", str(value)) for key, value in pairs.items())
    keys = list(pairs) or parameters.get("TagKeys", parameters.get("tagKeys"))
    if isinstance(keys, list) and keys:
        yield "aws:TagKeys", tuple(map(str, keys))


def _encryption_context(parameters: Mapping[str, Any]) -> dict[str, Any]:
    given = parameters.get("EncryptionContext")
    if not isinstance(given, dict) or not given:
        return {}
    found: dict[str, Any] = {f"kms:EncryptionContext:{key}": str(value) for key, value in given.items()}
    return {**found, "kms:EncryptionContextKeys": tuple(given)}


def _attributes(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """``dynamodb:Attributes``: top-level attributes that the request reads or writes, where they are listed by name."""
    names = [name for element in ("Item", "Key", "AttributesToGet") for name in _names(parameters.get(element))]
    projection = parameters.get("ProjectionExpression")
    if isinstance(projection, str):
        given = parameters.get("ExpressionAttributeNames")
        aliases = given if isinstance(given, dict) else {}
        names += [aliases.get(one.strip(), one.strip()) for one in projection.split(",")]
    return {"dynamodb:Attributes": tuple(dict.fromkeys(map(str, names)))} if names else {}


def _names(value: Any) -> list[str]:
    """The keys of an object, or the texts of a list; nothing of anything else."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, dict | list) else []


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; none when the parameter is something else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _event_fields(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """``events:source`` and ``events:detail-type`` of the entries of ``PutEvents``; both are multivalued."""
    entries = objects(parameters.get("Entries"))
    fields = {"events:source": "Source", "events:detail-type": "DetailType"}
    values = {key: tuple(str(one[name]) for one in entries if name in one) for key, name in fields.items()}
    return {key: value for key, value in values.items() if value}
