"""What invokes a function: one way in, as the account's own resources tell it."""

from typing import Any

from doctor.model.record import Record


class Invoker(Record):
    """One way in."""

    kind: str
    """AWS's word for the service: ``sqs``, ``s3``, ``apigateway``, ``url``."""
    source: str = ""
    """ARN of what invokes: a queue, a bucket, a rule, an API; empty: not told."""
    facts: dict[str, Any] = {}
    """What its events depend on beside: a route, a filter, the keys of a table."""

    @property
    def words(self) -> str:
        """``sqs arn:aws:sqs:…:orders``."""
        return f"{self.kind} {self.source}".strip()
