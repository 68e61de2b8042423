"""Takes an order in: checks it and writes it to the orders table."""

import logging
import os
from decimal import Decimal

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

dynamodb = boto3.client("dynamodb")
TABLE = "orders"


def handler(event, context):
    order = event["order"]
    total = sum(Decimal(line["price"]) * line["quantity"] for line in order["lines"])
    if not order["lines"] or total <= 0:
        return {"accepted": False, "reason": "nothing to deliver"}
    logger.info("order %s: %d lines, total %s", order["id"], len(order["lines"]), total)
    item = {"orderId": {"S": order["id"]}, "total": {"N": str(total)}, "channel": {"S": os.environ.get("CHANNEL", "")}}
    dynamodb.put_item(TableName=TABLE, Item=item)
    logger.info("order %s accepted", order["id"])
    return {"accepted": True, "total": str(total)}
