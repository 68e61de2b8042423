"""Country codes of the telephone network."""

import re

__version__ = "1.4.0"

CODES = {"AT": "43", "BE": "32", "DE": "49", "ES": "34", "FR": "33", "IE": "353", "IT": "39", "NL": "31", "PT": "351"}


def is_possible(number, country):
    """Tell whether ``number`` may be one of ``country``: its code (or a leading zero) and 6 to 12 digits."""
    digits = re.sub(r"[\s()/-]", "", number)
    national = re.sub(rf"^(\+|00){CODES[country]}|^0", "", digits)
    return re.fullmatch(r"\d{6,12}", national) is not None
