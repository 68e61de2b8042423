"""The control endpoint: what a test or a restore changes and AWS's API cannot."""

import hmac
import json
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.exceptions import JsonRESTError, ServiceException
from moto.core.model_instances import reset_model_data
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from doctor.aws.embedded.addition import Action, Addition, ControlError, Parameters, Request
from doctor.aws.embedded.wire import TOKEN_HEADER


class Control:
    """Carries out control actions for whoever has the token.

    Args:
        token: The secret.
        account: The account's id.
        region: The account's main region. An action takes place there, unless it is given another ``region``.
        additions: Tells where the actions are, besides ``identify`` and ``reset``; called when one is needed.
    """

    def __init__(self, token: str, account: str, region: str, additions: Callable[[], Iterable[Addition]]) -> None:
        self._token = token
        self._account = account
        self._region = region
        self._additions = additions

    def answer(self, environ: dict[str, Any]) -> Response:
        """Answer a control request: ``{"result": ...}`` or ``{"error": "..."}``."""
        request = HttpRequest(environ)
        if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), self._token.encode()):
            return _json(403, error="the token is wrong or missing")
        if request.method != "POST":
            return _json(405, error="control actions are POST requests")
        try:
            call = json.loads(request.get_data())
            return _json(200, result=self._run(call["action"], call["parameters"]))
        except (ControlError, ServiceException) as error:
            return _json(400, error=str(error))
        except JsonRESTError as error:
            return _json(400, error=f"{error.relative_error_type}: {error.message}")
        except (ValueError, KeyError, TypeError) as error:
            return _json(400, error=f"not an action and its parameters: {error!r}")

    def _run(self, name: str, parameters: Parameters) -> Any:
        if name == "identify":
            return {"account": self._account, "region": self._region}
        if name == "reset":
            return self._reset()
        actions: dict[str, Action] = {}
        for addition in self._additions():
            actions |= addition.actions
        if name not in actions:
            raise ControlError(f"no such action; there are {', '.join(sorted(['identify', 'reset', *actions]))}")
        region = parameters.pop("region", self._region)
        actions[name].check(parameters)
        return actions[name].run(Request("control", name, parameters, self._account, region, endpoint=""))

    def _reset(self) -> None:
        """Empty the account."""
        BackendDict.reset()
        reset_model_data()
        for addition in self._additions():
            for forget in addition.forget:
                forget()


def _json(status: int, **answer: Any) -> Response:
    return Response(json.dumps(answer), status, content_type="application/json")
