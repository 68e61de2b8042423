"""What is named by what was read: sources, destinations, dead-letter queues, keys, and what roles may use, each by its ARN."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from doctor.aws.collectors import identity
from doctor.aws.collectors.storage import OPERATIONS, mounted
from doctor.aws.decode import JSON, in_utc
from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.function import Function
from doctor.model.record import Shape
from doctor.model.secrets import Secret
from doctor.model.sources import Api, Bucket, Key, Schedule, Stream, Topic
from doctor.model.triggers import EventRule, Queue, Table

_ARN = re.compile(
    r"arn:aws[\w-]*:(?:sqs|sns|s3|kms|dynamodb|kinesis|elasticfilesystem|secretsmanager):[\w-]*:\d*:[^*?${}\s\"']+"
)
_QUEUE_URL = re.compile(r"https://sqs\.([\w-]+)\.amazonaws\.com(?:\.cn)?/(\d{12})/([\w.-]+)$")
Reader = Callable[[Draft, str], None]


def mentioned(resources: Iterable[Shape]) -> set[str]:
    """ARNs of readable resources that other resources name; of what lies in one (a table's stream, a bucket's object), its own."""
    return {
        whole
        for one in resources
        for whole in (
            *_roles(one),
            *_keys(one),
            *(whole for text in _texts(msgspec.to_builtins(one)) for whole in _named(text)),
        )
    }


class Trail:
    """What is named by what was read, as far as it was followed; each resource is looked through once."""

    def __init__(self) -> None:
        self._followed: set[str] = set()
        self._looked_through: dict[str, tuple[Shape, set[str]]] = {}

    def onward(self, resources: Mapping[str, Shape]) -> list[str]:
        """The ARNs that resources name, that are not among them, and that were not returned before."""
        found: set[str] = set()
        for arn, one in resources.items():
            known = self._looked_through.get(arn)
            if known is None or known[0] is not one:
                known = self._looked_through[arn] = one, mentioned([one])
            found |= known[1]
        new = sorted(found - self._followed - resources.keys())
        self._followed.update(new)
        return new


def _roles(one: Shape) -> Iterator[str]:
    """The roles with which schedules, rules and APIs invoke; roles that are named elsewhere are not ours to read."""
    if isinstance(one, Schedule) and one.target is not None:
        yield from (role for role in (one.target.role_arn,) if role)
    if isinstance(one, EventRule):
        yield from (target.role_arn for target in one.targets if target.role_arn and ":lambda:" in target.arn)
    if isinstance(one, Api):
        yield from (way.credentials_arn for way in one.integrations if ":role/" in way.credentials_arn)


def _keys(one: Shape) -> Iterator[str]:
    """Keys that are named by id or alias alone: they are of the account and region of what names them."""
    if not isinstance(one, Queue | Topic | Stream | Function):
        return
    told: list[Any] = []
    if isinstance(one, Queue | Topic):
        told = [one.kms_master_key_id]
    elif isinstance(one, Function):
        calls = one.package.source.calls if one.package is not None else ()
        told = [call.parameters.get("KeyId") for call in calls if call.service == "kms"]
    elif one.encryption_type == "KMS":
        told = [one.key_id]
    for name in told:
        if isinstance(name, str) and name and not name.startswith(("arn:", _OF_AWS)):
            kind = "" if name.startswith("alias/") else "key/"
            partition, region, account = (one.arn.split(":")[at] for at in (1, 3, 4))
            yield f"arn:{partition}:kms:{region}:{account}:{kind}{name}"


_OF_AWS = "alias/aws/"
"""Keys of AWS's own, of which nobody sees more."""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _named(text: str) -> Iterator[str]:
    found = _ARN.fullmatch(text)
    if found and _readable(_whole(found[0])):
        yield _whole(found[0])
    queue = _QUEUE_URL.fullmatch(text)
    if queue:
        yield f"arn:aws:sqs:{queue[1]}:{queue[2]}:{queue[3]}"


def _whole(arn: str) -> str:
    """The ARN of the resource that holds what an ARN names."""
    service = arns.service(arn)
    if service == "s3":
        return arn.split("/", maxsplit=1)[0]
    if service in ("dynamodb", "kinesis"):
        return "/".join(arn.split("/")[:2])
    if service == "secretsmanager":  # a field of it may be named behind
        return ":".join(arn.split(":")[:7])
    return ":".join(arn.split(":")[:6])


def _readable(arn: str) -> bool:
    """Other kinds of ARNs of these services are no resources of ours; the aliases of AWS's own keys tell nothing."""
    kind = arn.split(":", 5)[5]
    if kind.startswith(_OF_AWS):
        return False
    needed = _KINDS.get(arns.service(arn), "")
    return bool(kind) and kind.startswith(needed)


_KINDS: dict[str, str | tuple[str, ...]] = {
    "kms": ("key/", "alias/"),
    "dynamodb": "table/",
    "kinesis": "stream/",
    "elasticfilesystem": ("access-point/", "file-system/"),
    "secretsmanager": "secret:",
}
_CLIENTS = {"elasticfilesystem": "efs"}
"""Services that botocore calls otherwise than ARNs do."""


def reader(draft: Draft, arn: str) -> tuple[Reader, Call] | None:
    """How a resource is read, and the call whose gap it is; ``None`` for what another region or partition holds."""
    read, operation = _READERS[arns.service(arn)]
    if arns.region(arn) not in ("", draft.aws.region):
        return None
    return read, draft.to(_client(arn), operation)


def _client(arn: str) -> str:
    return _CLIENTS.get(arns.service(arn), arns.service(arn))


def elsewhere(draft: Draft, arn: str) -> None:
    """Say that a resource lies in a region that is not read."""
    call = draft.to(_client(arn), _READERS[arns.service(arn)][1], region=arns.region(arn))
    draft.gap("not_asked", call, arn, f"it lies in {arns.region(arn)}")


def queue(draft: Draft, arn: str) -> None:
    """A queue with its attributes but those that count messages."""
    url = f"{draft.aws.url_of('sqs')}/{arns.account(arn)}/{arns.name(arn)}"
    answer = draft.read("sqs", "GetQueueAttributes", about=arn, absent=_NO_QUEUE, QueueUrl=url, AttributeNames=["All"])
    if answer is None:
        return
    attributes = {key: value for key, value in answer["Attributes"].items() if not key.startswith("Approximate")}
    found = draft.decode(
        Queue,
        {"QueueArn": arn, **attributes},
        "sqs:GetQueueAttributes",
        about=arn,
        decoders={"RedrivePolicy": JSON, "Policy": JSON, "RedriveAllowPolicy": JSON},
    )
    if found is not None:
        draft.add(found)


_NO_QUEUE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def topic(draft: Draft, arn: str) -> None:
    """A topic with its subscriptions."""
    answer = draft.read("sns", "GetTopicAttributes", about=arn, absent=("NotFound", "NotFoundException"), TopicArn=arn)
    if answer is None:
        return
    listing = draft.read("sns", "ListSubscriptionsByTopic", about=arn, TopicArn=arn) or {"Subscriptions": ()}
    raw = {**answer["Attributes"], "Subscriptions": [_subscription(draft, one) for one in listing["Subscriptions"]]}
    for name in ("Policy", "DeliveryPolicy", "EffectiveDeliveryPolicy"):
        if raw.get(name):
            raw[name] = JSON(raw[name])
    draft.add_all(Topic, [{"TopicArn": arn, **raw}], "sns:GetTopicAttributes")


def _subscription(draft: Draft, raw: dict[str, Any]) -> dict[str, Any]:
    """A subscription; its endpoint may be a URL with a token, an address or a telephone number."""
    arn = raw["SubscriptionArn"]
    told = {"SubscriptionArn": arn, "Protocol": raw.get("Protocol", "")}
    endpoint = draft.values({"": raw.get("Endpoint", "")})[""]
    if told["Protocol"] != "lambda" or not arn.startswith("arn:"):
        return {**told, "Endpoint": endpoint}
    answer = draft.read("sns", "GetSubscriptionAttributes", about=arn, SubscriptionArn=arn) or {"Attributes": {}}
    known = {
        name: JSON(answer["Attributes"][name])
        for name in ("FilterPolicy", "RedrivePolicy")
        if answer["Attributes"].get(name)
    }
    scope = answer["Attributes"].get("FilterPolicyScope", "")
    return {**told, "Endpoint": endpoint, **known, "FilterPolicyScope": scope}


def bucket(draft: Draft, arn: str) -> None:
    """A bucket: where it is, what it tells whom, who may use it, and how it encrypts."""
    name = arns.name(arn)
    where = draft.read("s3", "GetBucketLocation", about=arn, absent=("NoSuchBucket",), Bucket=name)
    if where is None:
        return
    tells = draft.read("s3", "GetBucketNotificationConfiguration", about=arn, Bucket=name)
    policy = draft.read("s3", "GetBucketPolicy", about=arn, absent=("NoSuchBucketPolicy",), Bucket=name)
    encryption = draft.read("s3", "GetBucketEncryption", about=arn, absent=(_NO_ENCRYPTION,), Bucket=name) or {}
    raw = {
        "Arn": arn,
        "BucketName": name,
        "LocationConstraint": where.get("LocationConstraint") or "us-east-1",
        "NotificationConfiguration": tells and {key: one for key, one in tells.items() if key != "ResponseMetadata"},
        "Policy": JSON(policy["Policy"]) if policy else None,
        "ServerSideEncryptionRules": encryption.get("ServerSideEncryptionConfiguration", {}).get("Rules", ()),
    }
    draft.add_all(Bucket, [raw], "s3:GetBucketNotificationConfiguration")


_NO_ENCRYPTION = "ServerSideEncryptionConfigurationNotFoundError"


def key(draft: Draft, arn: str) -> None:
    """A key with its policy and grants; of a key of AWS's own nobody may see them."""
    answer = draft.read("kms", "DescribeKey", about=arn, KeyId=arn)
    if answer is None:
        return
    raw = {"Arn": arn, **answer["KeyMetadata"]}
    if raw.get("KeyManager") != "AWS":
        policy = draft.read("kms", "GetKeyPolicy", about=arn, KeyId=arn, PolicyName="default")
        grants = draft.read("kms", "ListGrants", about=arn, KeyId=arn) or {"Grants": ()}
        wanted = ("GrantId", "GranteePrincipal", "Operations", "Constraints", "IssuingAccount", "RetiringPrincipal")
        raw["Grants"] = [{name: one[name] for name in wanted if name in one} for one in grants["Grants"]]
        raw["Policy"] = JSON(policy["Policy"]) if policy else None
        names = draft.read("kms", "ListAliases", about=arn, KeyId=raw["Arn"]) or {"Aliases": ()}
        raw["Aliases"] = sorted(one["AliasName"] for one in names["Aliases"])
    draft.add_all(Key, [raw], "kms:DescribeKey")


def table(draft: Draft, arn: str) -> None:
    """A DynamoDB table, its stream included."""
    name = arns.name(arn)
    absent = ("ResourceNotFoundException",)
    answer = draft.read("dynamodb", "DescribeTable", about=arn, absent=absent, TableName=name)
    if answer is not None:
        told = draft.read("dynamodb", "GetResourcePolicy", about=arn, absent=_NO_POLICY, ResourceArn=arn)
        draft.add_all(Table, [{**answer["Table"], **_policy(draft, arn, "dynamodb", told)}], "dynamodb:DescribeTable")


def stream(draft: Draft, arn: str) -> None:
    """A Kinesis stream."""
    absent = ("ResourceNotFoundException",)
    answer = draft.read("kinesis", "DescribeStreamSummary", about=arn, absent=absent, StreamARN=arn)
    if answer is not None:
        told = draft.read("kinesis", "GetResourcePolicy", about=arn, absent=_NO_POLICY, ResourceARN=arn)
        whole = {**answer["StreamDescriptionSummary"], **_policy(draft, arn, "kinesis", told)}
        draft.add_all(Stream, [whole], "kinesis:DescribeStreamSummary")


_NO_POLICY = ("PolicyNotFoundException", "ResourceNotFoundException")


def _policy(draft: Draft, arn: str, service: str, answer: dict[str, Any] | None) -> dict[str, Any]:
    """What is known of a resource's policy: nothing where it could not be read, an empty one where there is none."""
    if answer is None and draft.noted(f"{service}:GetResourcePolicy", arn):
        return {}
    said = (answer or {}).get("Policy", "")
    return {"Policy": JSON(said) if said.strip("{} ") else {}}


def secret(draft: Draft, arn: str) -> None:
    """A secret: its key, whether it is being deleted, and who may fetch it; never its value."""
    absent = ("ResourceNotFoundException",)
    answer = draft.read("secretsmanager", "DescribeSecret", about=arn, absent=absent, SecretId=arn)
    if answer is None:
        return
    told = draft.read("secretsmanager", "GetResourcePolicy", about=arn, SecretId=arn)
    wanted = ("Name", "KmsKeyId", "RotationEnabled", "DeletedDate", "OwningService")
    raw: dict[str, Any] = {name: in_utc(answer[name]) for name in wanted if name in answer}
    policy = (told or {}).get("ResourcePolicy")
    draft.add_all(Secret, [{**raw, "ARN": arn, "Policy": JSON(policy) if policy else None}], _DESCRIBED)


_DESCRIBED = "secretsmanager:DescribeSecret"


_READERS: dict[str, tuple[Reader, str]] = {
    "iam": (identity.role, "GetRole"),
    "sqs": (queue, "GetQueueAttributes"),
    "sns": (topic, "GetTopicAttributes"),
    "s3": (bucket, "GetBucketNotificationConfiguration"),
    "kms": (key, "DescribeKey"),
    "dynamodb": (table, "DescribeTable"),
    "kinesis": (stream, "DescribeStreamSummary"),
    "elasticfilesystem": (mounted, "DescribeAccessPoints"),
    "secretsmanager": (secret, "DescribeSecret"),
}
"""By service: how a resource is read, and the call that tells most of it."""

ALSO = {
    "iam": ("ListAttachedRolePolicies", "ListRolePolicies", "GetRolePolicy"),
    "sns": ("ListSubscriptionsByTopic",),
    "s3": ("GetBucketPolicy", "GetBucketEncryption", "GetBucketLocation"),
    "kms": ("GetKeyPolicy", "ListGrants", "ListAliases"),
    "dynamodb": ("GetResourcePolicy",),
    "kinesis": ("GetResourcePolicy",),
    "efs": OPERATIONS,
    "secretsmanager": ("GetResourcePolicy",),
}
"""By service: the calls of its reader beside the one that tells most."""

CALLS = tuple(f"{_CLIENTS.get(service, service)}:{operation}" for service, (_, operation) in _READERS.items())
"""Every reader's call: until all was followed, what is named may not have been read."""
