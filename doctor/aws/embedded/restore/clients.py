"""Clients of an embedded account, and of no other."""

from typing import Any

import boto3
from botocore.config import Config

from doctor.aws.embedded.account import Embedded
from doctor.aws.embedded.recorded import carry


class Clients:
    """One client a service, each able to carry recorded values.

    Attributes:
        embedded: The account they talk to.
    """

    def __init__(self, embedded: Embedded) -> None:
        self.embedded = embedded
        environment = embedded.environment()
        self._session = boto3.Session(
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            region_name=embedded.region,
        )
        self._made: dict[str, Any] = {}

    def __getattr__(self, service: str) -> Any:
        """The client of a service: ``clients.ec2``; ``lambda_`` for Lambda's."""
        if service not in self._made:
            config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
            client = self._session.client(
                service.rstrip("_"),  # type: ignore[call-overload]
                endpoint_url=self.embedded.endpoint,
                config=config,
            )
            carry(client)
            self._made[service] = client
        return self._made[service]
