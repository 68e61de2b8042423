"""What rules are told about metrics, clocks, callers and ways to a function."""

from datetime import timedelta

import pytest

from doctor.engine.facts import Clock, Metrics, ProvisionedConcurrency, Routes
from doctor.engine.facts.callers import Caller, callers
from doctor.engine.world import Unseen, World
from doctor.model.sources import Api, Integration
from doctor.testing.world import ACCOUNT, NOW, REGION, alias, function, gap, metric, world

F = function()
V1 = function(version="1")


def test_metrics_are_told_by_their_moments() -> None:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    seen = Metrics.of(
        world(
            F,
            metrics={
                F.arn: (metric("Throttles", "Sum", 2, 7, 0),),
                root: (metric("ConcurrentExecutions", "Maximum", 9),),
            },
        ),
        F,
    )
    starts = [NOW - timedelta(minutes=minutes) for minutes in (15, 10, 5)]

    assert seen.over_time("Throttles", "Sum") == dict(zip(starts, (2, 7, 0), strict=True))
    assert (seen.last("Throttles"), seen.peak_at("Throttles", "Sum")) == (starts[1], starts[1])
    assert seen.of_account("ConcurrentExecutions") == {starts[2]: 9}
    assert seen.of_account("Throttles", "Sum") == {}


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        ("2026-11-23T10:41:00.000+0000", 60),
        ((NOW - timedelta(hours=1)).isoformat(), 3600),
        ("2026-11-23T10:41:00", None),
        ("", None),
    ],
)
def test_how_long_ago_a_moment_was(moment: str, seconds: float | None) -> None:
    assert Clock(now=NOW).seconds_since(moment) == seconds


def test_who_may_invoke() -> None:
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["s3.amazonaws.com", "sns.amazonaws.com"]},
            "Condition": {"ArnLike": {"aws:sourcearn": "arn:aws:s3:::b"}},
        },
        {"Effect": "Deny", "Principal": {"Service": "events.amazonaws.com"}},
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}},
        {"Effect": "Allow", "Principal": "*"},
    ]

    assert callers(function(policy={"Statement": statements})) == (
        Caller(service="s3", source_arns=("arn:aws:s3:::b",)),
        Caller(service="sns", source_arns=("arn:aws:s3:::b",)),
    )
    assert callers(function(policy={"Statement": statements[0]}))[0].service == "s3"
    assert callers(F) == ()


@pytest.mark.parametrize(
    ("named", "reaches"),
    [(F.arn, F), (f"{F.arn}:$LATEST", F), (f"{F.arn}:live", V1), (f"{F.arn}:1", V1), ("${stageVariables.f}", None)],
)
def test_an_integration_leads_where_its_uri_says(named: str, reaches: object) -> None:
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{named}/invocations"
    api = Api(
        arn=f"arn:aws:apigateway:{REGION}::/restapis/a", api_id="a", integrations=(Integration(route="/", uri=uri),)
    )
    seen = world(F, V1, alias("live", V1), api)

    assert [one for one in (F, V1) if Routes.of(seen, one).those] == ([] if reaches is None else [reaches])


def provisioned(seen: World) -> ProvisionedConcurrency:
    return ProvisionedConcurrency.of(seen, F)


def test_a_function_without_versions_has_no_provisioned_concurrency_whoever_looked() -> None:
    unread = gap("lambda:ListProvisionedConcurrencyConfigs", F.arn, "not_asked")

    assert provisioned(world(F, gaps=[unread])).those == ()
    with pytest.raises(Unseen):
        provisioned(world(F, V1, alias("live", V1), gaps=[unread]))
