"""CloudWatch Logs' filter patterns."""

import pytest

from doctor.aws.embedded.additions.filter_pattern import parse
from doctor.aws.embedded.additions.json_pattern import PatternError

JSON = '{"level": "ERROR", "n": 5, "ok": false, "none": null, "user": {"id": "u-1"}, "tags": ["a", "b"], "zip": "5"}'


@pytest.mark.parametrize(
    ("pattern", "message", "matches"),
    [
        ("", "anything", True),
        ("ERROR", "an ERROR here", True),
        ("error", "an ERROR here", False),
        ("ERROR timeout", "timeout, then ERROR", True),
        ("ERROR timeout", "ERROR", False),
        ('"timed out"', "Task timed out", True),
        ('"timed out"', "timed me out", False),
        (r'"say \"no\""', 'say "no"', True),
        ("?ERROR ?WARN", "a WARN", True),
        ("?ERROR ?WARN", "an INFO", False),
        ("INFO ?ERROR", "an INFO", True),
        ("INFO ?ERROR", "an ERROR", False),
        ("-REPORT", "START", True),
        ("-REPORT", "REPORT", False),
        ('ERROR -"known issue"', "ERROR: known issue", False),
        ("?ERROR -EXIT", "ERROR EXIT", False),
        ("%4[0-9]{2}%", "status 404", True),
        ("%4[0-9]{2}%", "status 500", False),
        ('{ $.level = "ERROR" }', JSON, True),
        ('{ $.level = "ERR*" }', JSON, True),
        ('{ $.level = "WARN" }', JSON, False),
        ('{ $.level != "WARN" }', JSON, True),
        ('{ $.absent != "WARN" }', JSON, False),
        ("{ $.level = %^ERR% }", JSON, True),
        ("{ $.n = 5 }", JSON, True),
        ("{ $.n >= 5 && $.n < 6 }", JSON, True),
        ("{ $.n > 5 || $.ok IS FALSE }", JSON, True),
        ("{ ($.n > 5 || $.ok IS FALSE) && $.none IS NULL }", JSON, True),
        ("{ $.zip = 5 }", JSON, False),
        ("{ $.absent NOT EXISTS }", JSON, True),
        ("{ $.n NOT EXISTS }", JSON, False),
        ("{ $.absent IS NULL }", JSON, False),
        ('{ $.user.id = "u-*" }', JSON, True),
        ("{ $['user']['id'] = u-1 }", JSON, True),
        ('{ $.tags[1] = "b" }', JSON, True),
        ('{ $.tags[*] = "b" }', JSON, True),
        ('{ $.tags[7] = "b" }', JSON, False),
        ('{ $.level = "ERROR" }', "no JSON", False),
        ('{ $.level = "ERROR" }', "[1, 2]", False),
    ],
)
def test_a_pattern_matches_what_cloudwatch_says_it_does(pattern: str, message: str, matches: bool) -> None:
    assert parse(pattern)(message) is matches


@pytest.mark.parametrize(
    "pattern",
    ["{ $.a = 1", "{ $.a }", "{ a = 1 }", "{ ($.a = 1 }", "{ $.a = 1 $.b = 2 }", "{ $.a < x }", "{ $.a = }", "%(%", '"open', "[ip, user]"],
)  # fmt: skip
def test_a_malformed_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse(pattern)
