"""Looks up the price of an article by its number. The price list is read into memory when the module is imported."""

import csv
import io
import json
import logging
import sqlite3
from decimal import Decimal
from http import HTTPStatus

logger = logging.getLogger()
logger.setLevel(logging.INFO)


def read_prices():
    rows = io.StringIO("".join(f"A-{number:06d},{99 + number * 7 % 9000}\n" for number in range(250_000)))
    prices = sqlite3.connect(":memory:", check_same_thread=False)
    prices.execute("CREATE TABLE price (article TEXT PRIMARY KEY, cents INTEGER) WITHOUT ROWID")
    prices.executemany("INSERT INTO price VALUES (?, ?)", csv.reader(rows))
    return prices


PRICES = read_prices()


def handler(event, context):
    found = PRICES.execute("SELECT cents FROM price WHERE article = ?", (event["article"],)).fetchone()
    if found is None:
        return {"statusCode": HTTPStatus.NOT_FOUND, "body": json.dumps({"article": event["article"]})}
    price = Decimal(found[0]) / 100
    logger.info("%s costs %s", event["article"], price)
    return {"statusCode": HTTPStatus.OK, "body": json.dumps({"article": event["article"], "price": str(price)})}
