"""The parent's side of the embedded account: start it, talk to it, end it."""

import importlib.util
import os
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from doctor.aws.embedded.child import Child
from doctor.aws.embedded.client import ControlClient, NobodyAnswersError
from doctor.aws.embedded.wire import DEFAULT_ACCOUNT, LOOPBACK
from doctor.errors import EmbeddedError

_REQUIRED = ("moto", "flask", "flask_cors")


class Embedded:
    """An embedded AWS account that answers on loopback.

    Use it as a context manager: leaving it ends the server that ``start`` began. One that was only attached to is left running.

    Attributes:
        endpoint: The URL that answers for every service, ``http://127.0.0.1:PORT``.
        token: The secret that control calls carry. Whoever has it can rewrite the account.
        account: The account's id, 12 digits.
        region: The region that ``environment`` sets. Other regions exist as well and are empty.
    """

    def __init__(self, endpoint: str, token: str, account: str, region: str, child: Child | None = None) -> None:
        self.endpoint = endpoint
        self.token = token
        self.account = account
        self.region = region
        self._child = child

    @classmethod
    def start(
        cls,
        region: str = "us-east-1",
        port: int = 0,
        account: str = DEFAULT_ACCOUNT,
        *,
        bare: bool = False,
        wait: bool = True,
    ) -> "Embedded":
        """Start an empty account in a child process. The child ends with this process, however this process ends.

        Args:
            region: The region for ``environment``.
            port: The loopback port to listen on; 0 lets the system choose.
            account: The account's id.
            bare: Plain moto, without additions: what tests compare with.
            wait: Return when the account answers. Otherwise return as soon as its socket listens: the first request waits for the 0.3 s
                that moto's imports take, and finds out if they fail.

        Raises:
            EmbeddedError: A package is missing, the port is taken, or the child did not come up in time.
        """
        missing = [name for name in _REQUIRED if importlib.util.find_spec(name) is None]
        if missing:
            raise EmbeddedError(
                f"the embedded account needs {', '.join(missing)}: install it with pip install 'lambda-doctor[demo]'"
            )
        child = Child(region, port, account, bare=bare)
        ready = child.announcement()
        embedded = cls(f"http://{LOOPBACK}:{ready['port']}", ready["token"], account, region, child)
        if wait:
            embedded._identify()
        return embedded

    def _identify(self) -> None:
        try:
            self.control("identify")
        except EmbeddedError:
            self.stop()
            raise

    @classmethod
    def attach(cls, endpoint: str, token: str) -> "Embedded":
        """Use the embedded account that another process serves.

        Args:
            endpoint: Its ``endpoint``; only loopback is accepted.
            token: Its ``token``.

        Raises:
            EmbeddedError: The endpoint is not on loopback, does not answer, is no embedded account, or refuses the token.
        """
        if not _is_loopback(endpoint):
            raise EmbeddedError(f"{endpoint} is not an embedded account: it must be http://{LOOPBACK}:PORT")
        identity = ControlClient(endpoint, token).post("identify", {})
        return cls(endpoint.rstrip("/"), token, identity["account"], identity["region"])

    def environment(self) -> dict[str, str]:
        """Return the environment variables that point the AWS CLI and every AWS SDK that heeds them at this account.

        The user's own profiles and configuration files are out of sight, so no real credential can take part. Where ``AWS_PROFILE`` is
        set it must be taken away: boto3 would look for that profile and not find it.
        """
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "embedded",
            "AWS_SECRET_ACCESS_KEY": "embedded",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def control(self, action: str, **parameters: Any) -> Any:
        """Change what no AWS call can change, such as a function's ``State``.

        Args:
            action: The name of an action; ``doctor.aws.embedded.additions`` lists them.
            parameters: The action's parameters, as JSON can carry them.

        Returns:
            The action's answer.

        Raises:
            EmbeddedError: The server refused, does not know the action or its parameters, or is gone.
        """
        try:
            return ControlClient(self.endpoint, self.token).post(action, parameters)
        except NobodyAnswersError as error:
            gone = self._child.failure() if self._child else None
            raise EmbeddedError(gone or str(error)) from error

    def stop(self) -> None:
        """End the server if this object started it; a second call does nothing."""
        if self._child:
            self._child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def _is_loopback(endpoint: str) -> bool:
    address = urlsplit(endpoint)
    port = address.netloc.removeprefix(f"{LOOPBACK}:")
    return address.scheme == "http" and port.isdecimal()
