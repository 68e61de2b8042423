"""Unknown is never fine: what a rule found and cannot find without a read is a skip that names it, and never silence."""

from collections.abc import Iterator

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.world import World
from doctor.model.call import Reason
from doctor.model.finding import Diagnosis
from doctor.testing.trial import Trial
from doctor.testing.world import allow, document, function, gap, timed_out, world
from tests.losses import losses
from tests.networks import IN_VPC, network
from tests.test_rules import TRIALS

SOMEBODY_ELSES = {"event-shape-mismatch", "trigger-not-permitted"}
"""Rules to which a bucket that cannot be read at all matters only where the function's policy names it: it may be anybody's."""
EVERY = pytest.mark.parametrize("one", TRIALS, ids=lambda one: one.rule.name)


def concerned(said: Diagnosis) -> set[str]:
    """The functions, or other subjects, that something was found of."""
    return {arn for one in said.findings for arn in one.affects or (one.subject,)}


def silences(one: Trial, reason: Reason) -> Iterator[str]:
    """The reads without which the rule finds less of a broken case, and does not say so."""
    for name, seen in one.broken.items():
        found = concerned(diagnose(seen, [one.rule]))
        for loss in losses(seen.snapshot, reason):
            said = diagnose(World(loss.left), [one.rule])
            told = {skip.gap.call.name for skip in said.skips}
            if said.crashes:
                yield f"{name}: without {loss.read} on {loss.place or 'all'} it crashes: {said.crashes[0].error}"
            elif loss.read == "s3:GetBucketLocation" and one.rule.name in SOMEBODY_ELSES:
                continue
            elif not found <= concerned(said) and loss.read not in told:
                yield f"{name}: without {loss.read} on {loss.place or 'all'} it is silent"


@EVERY
@pytest.mark.parametrize("reason", ["denied", "not_asked"])
def test_what_was_not_read_is_no_silence(one: Trial, reason: Reason) -> None:
    assert list(silences(one, reason)) == []


def test_a_bucket_that_the_policy_names_is_no_silence() -> None:
    """The look-alike of the one exception: where the policy names the bucket, that it was not read is told."""
    one = next(one for one in TRIALS if one.rule.name == "trigger-not-permitted")
    photos = "arn:aws:s3:::photos"
    policy = document(
        {
            **allow("lambda:InvokeFunction"),
            "Principal": {"Service": "s3.amazonaws.com"},
            "Condition": {"ArnLike": {"AWS:SourceArn": photos}},
        }
    )
    unread = [gap("s3:GetBucketLocation", photos)]
    said = diagnose(world(function("named", policy=policy), function("other"), gaps=unread), [one.rule])

    assert [skip.subject.rpartition(":")[2] for skip in said.skips] == ["named"]


@pytest.mark.parametrize(
    "name",
    [
        "endpoint-security-group-blocks",
        "gateway-endpoint-not-associated",
        "network-acl-blocks",
        "networks-not-joined",
        "no-way-out",
        "private-dns-off",
        "public-subnet",
        "security-group-blocks-egress",
        "subnets-differ",
        "target-security-group-blocks",
    ],
)
def test_what_a_hanging_function_needs_may_stand_in_its_source(name: str) -> None:
    one = next(one for one in TRIALS if one.rule.name == name)
    hanging = function(vpc_config=IN_VPC)
    seen = world(hanging, *network(), invocations=[timed_out()], gaps=[gap("lambda:GetFunction", hanging.arn)])

    assert [skip.gap.call.name for skip in diagnose(seen, [one.rule]).skips] == ["lambda:GetFunction"]
