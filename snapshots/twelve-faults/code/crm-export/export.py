"""Hands one customer's order history to the CRM, through its queue."""

import json
import logging
import os
from itertools import islice

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

ORDERS_PER_MESSAGE = 20

sqs = boto3.client("sqs")


def handler(event, context):
    orders = iter(event["orders"])
    messages = 0
    while page := list(islice(orders, ORDERS_PER_MESSAGE)):
        messages += 1
        logger.info("sending page %d of customer %s", messages, event["customer"])
        body = {"customer": event["customer"], "page": messages, "orders": page}
        sqs.send_message(QueueUrl=os.environ["CRM_QUEUE_URL"], MessageBody=json.dumps(body))
    logger.info("customer %s: %d pages sent", event["customer"], messages)
    return {"customer": event["customer"], "pages": messages}
