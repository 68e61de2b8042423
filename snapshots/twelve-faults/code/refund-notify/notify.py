"""Announces a refund to everything that listens to refund events."""

import json
import logging
import os
from decimal import Decimal

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

sqs = boto3.client("sqs")


def handler(event, context):
    refund = event["refund"]
    amount = Decimal(refund["amount"])
    logger.info("refund %s of %s %s", refund["id"], amount, refund["currency"])
    message = {"type": "refund.paid", "id": refund["id"], "order": refund["order"], "amount": str(amount)}
    answer = sqs.send_message(QueueUrl=os.environ["REFUND_QUEUE_URL"], MessageBody=json.dumps(message))
    logger.info("refund %s announced", refund["id"])
    return {"refund": refund["id"], "message": answer["MessageId"]}
