"""How fast AWS may be asked: a token bucket for each documented quota, which slows down when somebody else empties it.

Quotas: Lambda's of its control plane (``GetFunction`` 100 a second, ``GetPolicy`` 15, all other reads 15 together),
CloudTrail's of ``LookupEvents`` (2) and CloudWatch Logs' of ``FilterLogEvents`` (10, in some regions 5) are AWS's own
figures; those of the other services are what their users report or less.
"""

import threading
import time
from collections.abc import Callable

QUOTAS: dict[str, float] = {
    "lambda:GetFunction": 100,
    "lambda:GetPolicy": 15,
    "lambda": 15,
    "cloudtrail": 2,
    "logs:FilterLogEvents": 10,
    "logs": 10,
    "cloudwatch": 50,
    "cloudwatch:DescribeAlarms": 9,
    "iam": 10,
    "ec2": 20,
    "apigateway": 5,
    "apigatewayv2": 5,
    "events": 10,
    "organizations": 2,
    "kinesis": 10,
    "sqs": 100,
    "s3": 100,
    "kms": 100,
    "dynamodb": 50,
}
"""Calls a second, by operation or by service; AWS counts them in each account and region."""
DEFAULT_QUOTA = 20.0
_UNLIMITED = 1e6
_LEAST = 1 / 16
"""The share of its quota below which a bucket does not slow down."""
_RECOVERY = 1 / 50
"""The share of its quota that a bucket wins back with each call that goes through."""
_PROBE = 5.0
"""Seconds between the calls that find out whether a bucket that was given up is full again."""


class Stopped(Exception):
    """Whoever waited was told not to."""


class Bucket:
    """The right to send calls, so many a second, and for the first second as many at once.

    Args:
        name: The operation or service that it paces.
        quota: Calls a second.
        patience: Seconds without one call going through after which calls are no longer worth waiting for.
        clock: Seconds that only ever grow.
    """

    def __init__(self, name: str, quota: float, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.quota = quota
        self.rate = quota
        self.waiting = 0
        self.throttled = 0
        self._patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        self._arrival = clock()
        self._slowed = float("-inf")
        self._refused_since: float | None = None
        self._probed = float("-inf")

    def delay(self) -> float:
        """Take the next turn; return the seconds until it comes."""
        with self._lock:
            now = self._clock()
            burst = max(self.rate - 1, 0) / self.rate if self.rate == self.quota else 0
            turn = max(self._arrival - burst, now)
            self._arrival = max(self._arrival, now) + 1 / self.rate
            return turn - now

    def take(self, stop: threading.Event) -> None:
        """Wait for a turn.

        Raises:
            Stopped: ``stop`` was set meanwhile.
        """
        pause = self.delay()
        if pause <= 0:
            return
        with self._lock:
            self.waiting += 1
        try:
            if stop.wait(pause):
                raise Stopped
        finally:
            with self._lock:
                self.waiting -= 1

    def went_through(self) -> None:
        """Note that a call was not throttled: win back some speed."""
        with self._lock:
            self._refused_since = None
            self.rate = min(self.quota, self.rate + self.quota * _RECOVERY)

    def refused(self) -> None:
        """Note that a call was throttled: halve the speed, once for all calls that were on their way."""
        with self._lock:
            now = self._clock()
            self.throttled += 1
            self._refused_since = self._refused_since if self._refused_since is not None else now
            if now - self._slowed >= 1 / self.rate:
                self._slowed = now
                self.rate = max(self.rate / 2, self.quota * _LEAST)
                self._arrival = max(self._arrival, now + 1 / self.rate)

    @property
    def exhausted(self) -> bool:
        """Whether patience is spent: nothing has gone through for as long."""
        with self._lock:
            return self._refused_since is not None and self._clock() - self._refused_since >= self._patience

    def worth_a_try(self) -> bool:
        """Whether to send a call at all: always, and once in a while after patience was spent."""
        if not self.exhausted:
            return True
        with self._lock:
            now = self._clock()
            if now - self._probed < min(_PROBE, self._patience):
                return False
            self._probed = now
            return True


class Pacing:
    """The buckets of one account and region.

    Args:
        quotas: Calls a second, by operation or service; ``None``: as fast as it answers, for an account that has no quotas.
        patience: Seconds for which a throttled bucket is waited for.
    """

    def __init__(self, quotas: dict[str, float] | None = None, patience: float = 60) -> None:
        self._quotas = quotas
        self._patience = patience
        self._buckets: dict[str, Bucket] = {}
        self._lock = threading.Lock()

    def bucket(self, service: str, operation: str, region: str = "") -> Bucket:
        """The bucket that a call is paced by; ``region``: of another one than the account is read in."""
        quotas = self._quotas
        name = f"{service}:{operation}"
        if quotas is None or name not in quotas:
            name = service
        quota = _UNLIMITED if quotas is None else quotas.get(name, DEFAULT_QUOTA)
        named = f"{name} in {region}" if region else name
        with self._lock:
            if named not in self._buckets:
                self._buckets[named] = Bucket(named, quota, self._patience)
            return self._buckets[named]

    def waiting(self) -> str:
        """What most calls wait for at this moment, in words; empty when none does."""
        with self._lock:
            most = max(self._buckets.values(), key=lambda one: one.waiting, default=None)
        if most is None or not most.waiting:
            return ""
        slowed = f", throttled: now {most.rate:.2g}" if most.rate < most.quota else ""
        return f"{most.waiting} wait for {most.name}, {most.quota:g} calls a second{slowed}"
