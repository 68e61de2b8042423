"""Prints a parcel's label in the label printer's own language."""

import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)

DOTS_PER_LINE = 40


def handler(event, context):
    parcel = event["parcel"]
    rows = [*parcel["address"], f"{parcel['kilograms']} kg", parcel["id"]]
    label = "".join(["^XA", *(text(row, number) for number, row in enumerate(rows)), barcode(parcel["id"], len(rows)), "^XZ"])
    logger.info("label of %s: %d bytes", parcel["id"], len(label))
    return {"parcel": parcel["id"], "label": label}


def text(row, number):
    return f"^FO40,{40 + number * DOTS_PER_LINE}^ADN,36,20^FD{row}^FS"


def barcode(content, number):
    return f"^FO40,{60 + number * DOTS_PER_LINE}^BCN,120,Y,N,N^FD{content}^FS"
