"""S3's operations: half of them have an action of another name, and copies and deletions need several.

Source: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations".
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote

from doctor.iam import catalogue
from doctor.iam.call_context import context_of, objects
from doctor.iam.need import Need
from doctor.iam.operation_table import S3_ACTIONS, S3_ELSEWHERE, S3_VERSIONED
from doctor.iam.resource_arns import arn, partition
from doctor.model.call import Call

_WRITES = ("PutObject", "CopyObject", "CreateMultipartUpload")
_DIRECTORY = "--x-s3"
"""How the name of a directory bucket ends: its objects are reached in a session, which is what is authorised."""
_GRANTS = ("ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP")


def s3_needs(call: Call) -> Iterator[Need]:
    """What an operation of S3 needs; nothing for an operation without action."""
    if call.operation in S3_ELSEWHERE:
        yield Need(S3_ELSEWHERE[call.operation], "*")
        return
    parameters = call.parameters
    if str(parameters.get("Bucket", "")).endswith(_DIRECTORY) and parameters.get("Key"):
        bucket = str(parameters["Bucket"])
        whole = bucket if bucket.startswith("arn:") else arn(call, "s3express", f"bucket/{bucket}")
        yield Need("s3express:CreateSession", whole)
        return
    name = S3_ACTIONS.get(call.operation, call.operation)
    action = catalogue.action(f"s3:{name}")
    if action is None:
        return
    context = context_of(call, "s3")
    if call.operation == "DeleteObjects":
        yield from _deletions(call, context)
        return
    if parameters.get("VersionId") and call.operation not in _WRITES:
        name = S3_VERSIONED.get(name, name)
    resource = _arn(call, parameters.get("Bucket"), parameters.get("Key"))
    yield Need(f"s3:{name if name in S3_VERSIONED.values() else action.name}", resource, context)
    if call.operation == "GetObjectAttributes":
        yield Need("s3:GetObjectVersion" if parameters.get("VersionId") else "s3:GetObject", resource, context)
    if call.operation in _WRITES:
        yield from _companions(call, resource, context)
    if "CopySource" in parameters:
        yield from _source(call, context)


def _companions(call: Call, resource: str, context: dict[str, Any]) -> Iterator[Need]:
    """What an ACL, tags or a lock need beside the object itself."""
    if any(call.parameters.get(name) for name in _GRANTS):
        yield Need("s3:PutObjectAcl", resource, context)
    if call.parameters.get("Tagging"):
        yield Need("s3:PutObjectTagging", resource, context)
    if call.parameters.get("ObjectLockMode") or call.parameters.get("ObjectLockRetainUntilDate"):
        yield Need("s3:PutObjectRetention", resource, context)
    if call.parameters.get("ObjectLockLegalHoldStatus"):
        yield Need("s3:PutObjectLegalHold", resource, context)


def _source(call: Call, context: dict[str, Any]) -> Iterator[Need]:
    """The object that is copied: ``bucket/key``, URL-encoded, with ``?versionId=`` behind it or not."""
    source = call.parameters["CopySource"]
    if isinstance(source, dict):
        bucket, key, version = source.get("Bucket"), source.get("Key"), source.get("VersionId")
    else:
        path, _, query = str(source).partition("?")
        bucket, _, key = unquote(path).lstrip("/").partition("/")
        version = parse_qs(query).get("versionId")
    said = {name: one for name, one in context.items() if name not in _OF_WRITE}
    yield Need("s3:GetObjectVersion" if version else "s3:GetObject", _arn(call, bucket, key), said)


_OF_WRITE = ("s3:x-amz-acl", "s3:x-amz-copy-source", "s3:x-amz-metadata-directive", "s3:x-amz-storage-class")
"""Keys of a copy that are about the object that is written."""


def _deletions(call: Call, context: dict[str, Any]) -> Iterator[Need]:
    """``DeleteObjects``: each key is decided by itself."""
    delete = call.parameters.get("Delete")
    for one in objects(delete.get("Objects")) if isinstance(delete, dict) else ():
        action = "s3:DeleteObjectVersion" if one.get("VersionId") else "s3:DeleteObject"
        yield Need(action, _arn(call, call.parameters.get("Bucket"), one.get("Key")), context)


def _arn(call: Call, bucket: Any, key: Any) -> str:
    """A bucket's or object's ARN; ``Bucket`` may itself be the ARN of a bucket or of an access point."""
    if not bucket:
        return "*"
    name = str(bucket)
    if name.startswith("arn:"):
        inner = "/object/" if ":accesspoint/" in name else "/"
        return f"{name}{inner}{key}" if key else name
    whole = f"arn:{partition(call.region)}:s3:::{name}"
    return f"{whole}/{key}" if key else whole
