"""The rung above a literal grant is the smallest family, and there is none where the guides write none."""

import pytest

from doctor.engine.widening import wider

HERE = "eu-west-1:111122223333"


@pytest.mark.parametrize(
    ("resources", "pattern"),
    [
        (["arn:aws:s3:::data/in/1/a.csv", "arn:aws:s3:::data/in/2/a.csv"], "arn:aws:s3:::data/in/*"),
        (["arn:aws:s3:::data/in/a.csv"], "arn:aws:s3:::data/in/*"),
        (["arn:aws:s3:::data/a.csv", "arn:aws:s3:::data/b/c.csv"], "arn:aws:s3:::data/*"),
        (["arn:aws:s3:::data/inbox/a", "arn:aws:s3:::data/index/a"], "arn:aws:s3:::data/*"),
        (["arn:aws:s3:::data/what?/a"], "arn:aws:s3:::data/what${?}/*"),
        (["arn:aws:s3:::data/a", "arn:aws:s3:::other/a"], None),
        (["arn:aws:s3:::data"], None),
        ([f"arn:aws:dynamodb:{HERE}:table/t/index/i"], f"arn:aws:dynamodb:{HERE}:table/t/index/*"),
        ([f"arn:aws:dynamodb:{HERE}:table/t"], None),
        ([f"arn:aws:secretsmanager:{HERE}:secret:db-AbCdEf"], f"arn:aws:secretsmanager:{HERE}:secret:db-??????"),
        ([f"arn:aws:logs:{HERE}:log-group:/x/y:log-stream:s"], f"arn:aws:logs:{HERE}:log-group:/x/y:*"),
        ([f"arn:aws:sqs:{HERE}:q"], None),
        (["*"], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_next_rung(resources: list[str], pattern: str | None) -> None:
    found = wider(resources)

    assert (found.pattern if found else None) == pattern
