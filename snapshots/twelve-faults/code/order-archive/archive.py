"""Puts completed orders into the archive table."""

import logging

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

dynamodb = boto3.client("dynamodb")
TABLE = "orders-archive"


def handler(event, context):
    order = event["order"]
    logger.info("archiving order %s", order["id"])
    dynamodb.put_item(TableName=TABLE, Item=as_item(order))
    logger.info("order %s archived", order["id"])
    return {"archived": order["id"]}


def as_item(order):
    return {
        "orderId": {"S": order["id"]},
        "completed": {"S": order["completed"]},
        "total": {"N": order["total"]},
        "lines": {"L": [{"M": {"sku": {"S": line["sku"]}, "quantity": {"N": str(line["quantity"])}}} for line in order["lines"]]},
    }
