"""Keeps a record of every refund for the auditors."""

import hashlib
import json
import logging
import os

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

sqs = boto3.client("sqs")


def handler(event, context):
    refund = event["refund"]
    record = json.dumps(refund, sort_keys=True)
    seal = hashlib.sha256(record.encode()).hexdigest()
    answer = sqs.send_message(
        QueueUrl=os.environ["AUDIT_QUEUE_URL"],
        MessageBody=json.dumps({"record": record, "seal": seal}),
    )
    logger.info("refund %s on record, seal %s", refund["id"], seal[:12])
    return {"refund": refund["id"], "seal": seal, "message": answer["MessageId"]}
