"""Calls keep to their quotas, slow down when somebody else empties these, and win their speed back."""

import threading

import pytest

from doctor.aws.pacing import Bucket, Pacing, Stopped


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bucket(clock: Clock) -> Bucket:
    return Bucket("lambda", 10, patience=60, clock=clock)


def test_a_second_s_worth_goes_at_once_and_then_one_after_the_other(bucket: Bucket) -> None:
    delays = [bucket.delay() for _ in range(13)]

    assert delays[:10] == pytest.approx([0] * 10)
    assert delays[10:] == pytest.approx([0.1, 0.2, 0.3])


def test_over_a_minute_no_more_is_sent_than_the_quota(bucket: Bucket, clock: Clock) -> None:
    sent = []
    while clock.now < 1060:
        pause = bucket.delay()
        clock.now += pause
        sent.append(clock.now)

    assert len(sent) <= 10 + 60 * 10 + 1


def test_throttling_halves_the_speed_once_for_all_calls_on_their_way(bucket: Bucket) -> None:
    for _ in range(5):
        bucket.refused()

    assert bucket.rate == 5
    assert bucket.throttled == 5


def test_it_never_stands_still(bucket: Bucket, clock: Clock) -> None:
    for _ in range(50):
        bucket.refused()
        clock.now += 10

    assert bucket.rate == 10 / 16


def test_calls_that_go_through_win_the_speed_back_and_no_more(bucket: Bucket) -> None:
    bucket.refused()
    rates = []
    for _ in range(40):
        bucket.went_through()
        rates.append(bucket.rate)

    assert rates == sorted(rates)
    assert rates[0] == pytest.approx(5.2)
    assert rates[-1] == 10


def test_patience_ends_when_nothing_went_through_for_as_long(bucket: Bucket, clock: Clock) -> None:
    bucket.refused()
    clock.now += 59
    bucket.refused()
    assert not bucket.exhausted
    clock.now += 2

    assert bucket.exhausted
    assert bucket.worth_a_try(), "one call finds out whether it is over"
    assert not bucket.worth_a_try(), "but not every call"

    bucket.went_through()
    assert not bucket.exhausted


def test_who_waits_can_be_stopped() -> None:
    bucket = Bucket("cloudtrail", 0.01, patience=60)
    stop = threading.Event()
    bucket.delay()
    threading.Timer(0.05, stop.set).start()

    with pytest.raises(Stopped):
        bucket.take(stop)


def test_operations_with_a_quota_of_their_own_share_no_bucket() -> None:
    pacing = Pacing({"lambda:GetFunction": 100, "lambda:GetPolicy": 15, "lambda": 15})

    found = pacing.bucket("lambda", "GetFunction"), pacing.bucket("lambda", "GetPolicy")

    assert [one.quota for one in found] == [100, 15]
    assert pacing.bucket("lambda", "ListAliases") is pacing.bucket("lambda", "GetFunctionConcurrency")
    assert pacing.bucket("lambda", "ListAliases") is not pacing.bucket("lambda", "ListAliases", "us-east-1")


def test_an_account_without_quotas_is_not_waited_for() -> None:
    bucket = Pacing(None).bucket("cloudtrail", "LookupEvents")

    assert max(bucket.delay() for _ in range(1000)) == 0


def test_it_says_what_is_waited_for() -> None:
    pacing = Pacing({"lambda": 0.5})
    bucket, stop = pacing.bucket("lambda", "ListAliases"), threading.Event()
    bucket.refused()
    waiter = threading.Thread(target=_wait, args=(bucket, stop))
    waiter.start()
    while not bucket.waiting:
        pass
    said = pacing.waiting()
    stop.set()
    waiter.join()

    assert said == "1 wait for lambda, 0.5 calls a second, throttled: now 0.25"
    assert pacing.waiting() == ""


def _wait(bucket: Bucket, stop: threading.Event) -> None:
    try:
        bucket.take(stop)
    except Stopped:
        return
