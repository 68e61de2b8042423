"""What kept rules from looking, in the fewest lines."""

from doctor.model.call import Call, Gap
from doctor.model.finding import Severity, Skip
from doctor.report.lines.evidence import not_seen
from doctor.report.lines.glyphs import ASCII
from doctor.report.lines.spans import plain


def _skip(operation: str, *rules: str, resource: str = "", error: str = "AccessDenied: no") -> Skip:
    gap = Gap(reason="denied", call=Call(service="logs", operation=operation), resource=resource, error=error)
    return Skip(rules=rules, severity=Severity.HIGH, subject=resource, gap=gap)


def test_a_call_that_failed_alike_for_many_resources_is_told_once() -> None:
    arns = [f"arn:aws:lambda:eu-west-1:123456789012:function:f{n}" for n in range(200)]
    skips = [_skip("FilterLogEvents", "memory-error", "syntax-error", resource=arn) for arn in arns]
    lines = plain(not_seen([*skips, _skip("DescribeLogGroups", "tmp-full")], 100, ASCII)).splitlines()

    assert [" ".join(line.split()) for line in lines if line.strip()] == [
        "NOT SEEN 3 rules could not look",
        "? logs:FilterLogEvents of f0 and 199 more denied: AccessDenied: no 2 rules",
        "? logs:DescribeLogGroups denied: AccessDenied: no tmp-full",
    ]


def test_nothing_is_said_when_every_rule_looked() -> None:
    assert list(not_seen([], 100, ASCII)) == []
