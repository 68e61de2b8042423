"""Checks the telephone number and the e-mail address that a customer typed."""

import logging
import re

import telcodes

logger = logging.getLogger()
logger.setLevel(logging.INFO)

MAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def handler(event, context):
    faults = []
    if not telcodes.is_possible(event["telephone"], event["country"]):
        faults.append("telephone")
    if not MAIL.fullmatch(event["mail"]):
        faults.append("mail")
    logger.info("contact in %s: %s", event["country"], ", ".join(faults) or "plausible")
    return {"plausible": not faults, "faults": faults}
