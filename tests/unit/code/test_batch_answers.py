"""Where the code tells which records of a batch failed."""

import pytest

from tests.unit.code.packages import javascript, source


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("def handler(event, context):\n    return {'batchItemFailures': []}", [2]),
        ("answer['batchItemFailures'] = []", [1]),
        ('"""Returns batchItemFailures."""', []),
        ("from aws_lambda_powertools.utilities.batch import process_partial_response\nprocess_partial_response(event)", [2]),
        ("import aws_lambda_powertools.utilities.batch as batch\nbatch.async_process_partial_response(event)", [2]),
    ],
)  # fmt: skip
def test_in_python(text: str, lines: list[int]) -> None:
    assert [one.line for one in source(text).batch_answers] == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("return { batchItemFailures };", [1]),
        ("return { 'batchItemFailures': [] };", [1]),
        ("// batchItemFailures\n", []),
        ("return processPartialResponse(event, one, processor);", [1]),
    ],
)
def test_in_javascript(text: str, lines: list[int]) -> None:
    assert [one.line for one in javascript(text).batch_answers] == lines
