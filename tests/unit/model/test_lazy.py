"""A pattern that is compiled when it is first used is as good as one that is compiled at once."""

import re

import pytest

from doctor.model.lazy import pattern


def test_it_answers_as_a_compiled_one_does() -> None:
    text, written = "Port 443, port 80", r"port (?P<number>\d+)"
    lazy, eager = pattern(written, re.IGNORECASE), re.compile(written, re.IGNORECASE)

    assert [one["number"] for one in lazy.finditer(text)] == [one["number"] for one in eager.finditer(text)]
    assert lazy.sub("x", text) == eager.sub("x", text)
    assert (lazy.pattern, lazy.flags) == (eager.pattern, eager.flags)
    assert lazy.search("none") is None


def test_it_is_compiled_only_when_it_is_asked() -> None:
    wrong = pattern("(")

    with pytest.raises(re.error):
        wrong.search("")
