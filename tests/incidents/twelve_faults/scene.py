"""Where and when the incident plays, and the names AWS gives to what is in it."""

import hashlib
import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from doctor.model import arns

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
ACCOUNT = "123456789012"
REGION = "eu-west-1"
WINDOW = timedelta(hours=3)
REDACTION_KEY = b"twelve-faults"
INCIDENT = Path(__file__).parents[3] / "snapshots" / "twelve-faults"
CODE = INCIDENT / "code"


def ago(*, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
    """A moment before the snapshot was taken."""
    return NOW - timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def chance(*of: str) -> random.Random:
    """A source of numbers that is the same on every run, for one purpose."""
    return random.Random("/".join(("twelve-faults", *of)))


def identifier(*of: str) -> str:
    """A UUID (request id, revision id, …) that is the same on every run."""
    return str(uuid.UUID(int=chance(*of).getrandbits(128), version=4))


def hexadecimal(length: int, *of: str) -> str:
    """Hexadecimal digits, as in the ids of EC2 resources and in log stream names."""
    return hashlib.sha256("/".join(of).encode()).hexdigest()[:length]


def function_arn(name: str, qualifier: str = "$LATEST") -> str:
    return arns.function(REGION, ACCOUNT, name, qualifier)


def role_arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def queue_url(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def table_arn(name: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def rule_arn(name: str) -> str:
    return f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"


def log_group_arn(name: str) -> str:
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"


def policy_arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:policy/{name}"


def session_arn(function: str) -> str:
    """Who a function is to the services that it calls."""
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{function}-role/{function}"
