"""What an addition is: what it does to AWS operations and which control actions it offers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import ServiceException

Parameters = dict[str, Any]
Result = dict[str, Any]
Proceed = Callable[..., Result]
"""Ask the next addition, or moto after the last one, and return its answer; given parameters, with those instead of the caller's.

It raises ``moto.core.exceptions.ServiceException`` when the answer is an error.
"""


class Refused(ServiceException):
    """An error that an addition answers, as AWS would.

    Args:
        code: AWS's error code, such as ``ResourceConflictException``.
        message: AWS's message.
        status: The HTTP status, if it is not the one that the service's model gives to the code.
        members: What the error's shape has besides the message.
    """

    def __init__(self, code: str, message: str, *, status: int | None = None, **members: str) -> None:
        super().__init__(code, message)
        self.status = status
        for name, value in members.items():
            setattr(self, name, value)


class ControlError(Exception):
    """A control action cannot be carried out; its text is the answer."""


@dataclass(frozen=True)
class Request:
    """One AWS request, as a handler sees it.

    Attributes:
        service: botocore's name of the service.
        operation: The operation's name.
        parameters: The parameters under AWS's names.
        account: The id of the account that the caller's credentials belong to.
        region: The region that the request was signed for.
        endpoint: The URL of the embedded account, without a trailing slash.
    """

    service: str
    operation: str
    parameters: Parameters
    account: str
    region: str
    endpoint: str


Handler = Callable[[Request, Proceed], Result]
Download = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Action:
    """A control action: the parameters it must be given, those it may be given, and what it does."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    run: Callable[[Request], Any]

    def check(self, given: Parameters) -> None:
        """Raise ControlError unless the parameters are those of the action."""
        missing = [name for name in self.required if name not in given]
        unknown = [name for name in given if name not in (*self.required, *self.optional)]
        if missing or unknown:
            wrong = [f"misses {name}" for name in missing] + [f"does not know {name}" for name in unknown]
            raise ControlError(f"the action {', '.join(wrong)}")


class Addition:
    """One thing that moto lacks or gets wrong, and what stands in for it.

    Args:
        name: Its name, unique among the additions.
        reason: What moto does without it, in one line.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        self.handlers: dict[tuple[str, str], Handler] = {}
        self.actions: dict[str, Action] = {}
        self.downloads: dict[str, Download] = {}
        self.forget: list[Callable[[], None]] = []

    def amends(self, service: str, *operations: str) -> Callable[[Handler], Handler]:
        """Change the requests of these operations, or what moto answers to them."""

        def register(handler: Handler) -> Handler:
            for operation in operations:
                self.handlers[service, operation] = handler
            return handler

        return register

    def answers(
        self, service: str, *operations: str
    ) -> Callable[[Callable[[Request], Result]], Callable[[Request], Result]]:
        """Answer these operations instead of moto."""

        def register(answer: Callable[[Request], Result]) -> Callable[[Request], Result]:
            self.amends(service, *operations)(lambda request, _: answer(request))
            return answer

        return register

    def action(
        self, *required: str, optional: tuple[str, ...] = ()
    ) -> Callable[[Callable[[Request], Any]], Callable[[Request], Any]]:
        """Offer a control action, named like the function, with these parameters; what it returns must be fit for JSON."""

        def register(function: Callable[[Request], Any]) -> Callable[[Request], Any]:
            self.actions[function.__name__] = Action(required, optional, function)
            return function

        return register

    def download(self, kind: str) -> Callable[[Download], Download]:
        """Serve the files under ``/_doctor/<kind>/``; the function is given the rest of the path and returns None for what it has not."""

        def register(function: Download) -> Download:
            self.downloads[kind] = function
            return function

        return register

    def on_reset(self, function: Callable[[], None]) -> None:
        """Call the function when the account is reset."""
        self.forget.append(function)
