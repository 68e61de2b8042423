"""Topics, buckets, streams and keys: that they are there, under the names and ids that they were recorded with."""

import json
from pathlib import Path
from typing import Any

from doctor.aws.embedded.recorded import recorded
from doctor.aws.embedded.restore.clients import Clients
from doctor.model import arns
from doctor.model.snapshot import Snapshot
from doctor.model.sources import Bucket, Key, Stream, Topic


def restore(clients: Clients, snapshot: Snapshot, _: Path) -> None:
    """Each by itself, without its contents."""
    for resource in snapshot.resources.values():
        if isinstance(resource, Topic):
            fifo: dict[str, Any] = {"Attributes": {"FifoTopic": "true"}} if resource.fifo_topic else {}
            clients.sns.create_topic(Name=arns.name(resource.arn), **fifo)
        elif isinstance(resource, Bucket):
            _bucket(clients, resource)
        elif isinstance(resource, Stream):
            shards = max(1, resource.open_shard_count)
            clients.kinesis.create_stream(StreamName=resource.stream_name, ShardCount=shards)
        elif isinstance(resource, Key):
            said = {"Policy": json.dumps(resource.policy)} if resource.policy else {}
            with recorded(ids=[resource.key_id]):
                clients.kms.create_key(**said)
            if not resource.enabled:
                clients.kms.disable_key(KeyId=resource.key_id)


def _bucket(clients: Clients, bucket: Bucket) -> None:
    """S3 does not let the oldest region be named."""
    region = bucket.location_constraint or clients.embedded.region
    where: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    clients.s3.create_bucket(Bucket=bucket.bucket_name, **({} if region == "us-east-1" else where))
