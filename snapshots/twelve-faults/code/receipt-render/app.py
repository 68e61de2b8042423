"""Renders the receipts of one till's day and hands them to the print archive."""

import hashlib
import logging
import time
from decimal import Decimal

logger = logging.getLogger()
logger.setLevel(logging.INFO)

# The print archive accepts one page every 350 ms and drops what comes faster.
SECONDS_PER_PAGE = 0.35
RECEIPTS_PER_PAGE = 4


def handler(event, context):
    receipts = event["receipts"]
    pages = [receipts[first : first + RECEIPTS_PER_PAGE] for first in range(0, len(receipts), RECEIPTS_PER_PAGE)]
    logger.info("till %s: %d receipts on %d pages", event["till"], len(receipts), len(pages))
    handed_over = []
    for number, page in enumerate(pages, start=1):
        handed_over.append(hand_over(render(page)))
        logger.info("page %d of %d handed over", number, len(pages))
    total = sum(Decimal(receipt["total"]) for receipt in receipts)
    return {"till": event["till"], "pages": handed_over, "total": str(total)}


def render(receipts):
    return "\n".join(f"{receipt['id']:<12}{Decimal(receipt['total']):>12.2f}" for receipt in receipts)


def hand_over(page):
    time.sleep(SECONDS_PER_PAGE)
    return hashlib.sha256(page.encode()).hexdigest()[:16]
