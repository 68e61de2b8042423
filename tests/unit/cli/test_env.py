"""``doctor env`` tells of this machine whatever is in the way of AWS, and ends as that does."""

import pytest

from doctor.cli.main import main


@pytest.mark.parametrize(
    ("lacking", "code", "words"),
    [
        ("AWS_REGION", 2, "no region: give --region, or set AWS_REGION"),
        ("AWS_ACCESS_KEY_ID", 4, "no AWS credentials"),
    ],
)
def test_the_machine_is_told_of_in_any_case(
    lacking: str, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    for name in (lacking, "AWS_DEFAULT_REGION", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    ended = main(["env"])
    out = " ".join(capsys.readouterr().out.split())

    assert ended == code
    assert words in out
    assert "LOCAL RUNS" in out
    assert "NOTHING WAS CHANGED" in out
