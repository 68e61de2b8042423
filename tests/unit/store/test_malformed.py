"""What is said of content that is no JSON: what is missing, and where."""

import pytest

from doctor.store.malformed import why_no_json

WRONG = {
    b'{"a": 1,\n "b" }': "line 2, column 6: a colon is missing after the name",
    b'{"a": 1 "b": 2}': "line 1, column 9: a comma is missing, or the end of what was begun",
    b'{"a": }': "line 1, column 7: a value is missing",
    b"{a: 1}": "line 1, column 2: a name in double quotes is missing",
    b'{"a": "b': "line 1, column 7: a text begins and does not end",
    b"{} {}": "line 1, column 4: something follows the end",
    b'"a\nb"': "line 1, column 3: a line break or a tab stands in a text",
    b'"\\x"': "line 1, column 2: a backslash begins nothing that JSON knows",
    b"": "it is empty",
    b"[NaN]": "NaN is no value of JSON's",
    b'"\xff"': "byte 1 is no UTF-8",
    b"[" * 200_000: "nested too deeply",
}


@pytest.mark.parametrize("content", WRONG, ids=lambda content: content[:12].decode("latin-1"))
def test_content_that_is_no_json_is_told_by_what_is_missing_and_where(content: bytes) -> None:
    assert WRONG[content] in why_no_json(content)
