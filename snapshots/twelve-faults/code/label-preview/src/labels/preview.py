"""Draws a parcel's label in plain text, for the screen at the packing table."""

import logging

from src.labels.frame import frame

logger = logging.getLogger()
logger.setLevel(logging.INFO)


def render(event, context):
    parcel = event["parcel"]
    preview = frame([*parcel["address"], "", f"{parcel['kilograms']} kg", parcel["id"]])
    logger.info("preview of %s: %d rows", parcel["id"], preview.count("\n") + 1)
    return {"parcel": parcel["id"], "preview": preview}
