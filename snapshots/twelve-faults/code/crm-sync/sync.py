"""Tells the CRM which orders changed since the last run, through its queue."""

import json
import logging
import os

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

sqs = boto3.client("sqs")


def handler(event, context):
    orders = event["orders"]
    changed = [order for order in orders if order["version"] > order.get("synced", 0)]
    logger.info("%d of %d orders changed", len(changed), len(orders))
    if not changed:
        return {"sent": 0}
    for order in changed:
        logger.info("sending %s to the CRM", order["id"])
        sqs.send_message(QueueUrl=os.environ["CRM_QUEUE_URL"], MessageBody=json.dumps(order))
    logger.info("%d orders sent", len(changed))
    return {"sent": len(changed)}
