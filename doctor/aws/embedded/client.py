"""Control calls over HTTP."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from doctor.aws.embedded.wire import CONTROL_PATH, LOOPBACK, TOKEN_HEADER
from doctor.errors import EmbeddedError

_TIMEOUT = 60.0  # seconds; the first control call waits for moto's imports


class NobodyAnswersError(EmbeddedError):
    """The connection failed; the caller may know why."""


class ControlClient:
    """Speaks to a control endpoint.

    Args:
        endpoint: The account's URL on loopback.
        token: The account's secret.
    """

    def __init__(self, endpoint: str, token: str) -> None:
        self._endpoint = endpoint
        self._token = token

    def post(self, action: str, parameters: dict[str, Any]) -> Any:
        """Carry out an action and return its answer.

        Raises:
            EmbeddedError: Nobody answers, what answers is not ours, or it refused.
        """
        address = urlsplit(self._endpoint)
        connection = HTTPConnection(address.hostname or LOOPBACK, address.port or 80, timeout=_TIMEOUT)
        body = json.dumps({"action": action, "parameters": parameters}).encode()
        headers = {TOKEN_HEADER: self._token, "Content-Type": "application/json"}
        try:
            connection.request("POST", CONTROL_PATH, body, headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, HTTPException) as error:
            raise NobodyAnswersError(f"no embedded account answers at {self._endpoint}: {error}") from error
        except ValueError as error:
            raise EmbeddedError(f"what answers at {self._endpoint} is not an embedded account of doctor") from error
        finally:
            connection.close()
        if not isinstance(answer, dict) or not answer.keys() & {"result", "error"}:
            raise EmbeddedError(f"what answers at {self._endpoint} is not an embedded account of doctor")
        if "error" in answer:
            raise EmbeddedError(f"the embedded account at {self._endpoint} refused {action}: {answer['error']}")
        return answer["result"]
