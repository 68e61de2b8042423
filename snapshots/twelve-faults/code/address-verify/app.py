"""Checks the address and the telephone number that a customer typed."""

import logging
import re

import phonenumbers

logger = logging.getLogger()
logger.setLevel(logging.INFO)

POSTCODES = {"DE": r"\d{5}", "AT": r"\d{4}", "NL": r"\d{4} ?[A-Z]{2}", "FR": r"\d{5}", "IE": r"[A-Z]\d[\dW] ?[\dA-Z]{4}"}


def handler(event, context):
    country = event["country"]
    faults = []
    if not re.fullmatch(POSTCODES.get(country, r".+"), event["postcode"]):
        faults.append("postcode")
    if not event["street"].strip():
        faults.append("street")
    number = phonenumbers.parse(event["telephone"], country)
    if not phonenumbers.is_valid_number(number):
        faults.append("telephone")
    logger.info("address in %s: %s", country, ", ".join(faults) or "plausible")
    return {"plausible": not faults, "faults": faults}
