"""Invoking: the embedded account runs no handler, and says so."""

from functools import cache
from typing import Any

from moto.awslambda.models import LambdaFunction

from doctor.aws.embedded.addition import Addition, Proceed, Refused, Request, Result
from doctor.aws.embedded.additions import functions

addition = Addition(
    "invocation",
    "moto starts Docker, or fails in its absence after writing log lines of its own, and does not throttle a reservation of 0",
)

_SAYING = "the embedded account runs no handlers; doctor runs them in its sandbox"


@addition.answers("lambda", "Invoke", "InvokeAsync", "InvokeWithResponseStream")
def invoke(request: Request) -> Result:
    """Refuse: throttled where AWS would throttle, else because nothing runs here."""
    functions.named(request)
    if functions.latest(request).reserved_concurrency == 0:
        raise Refused(
            "TooManyRequestsException",
            "Rate Exceeded.",
            Reason="ReservedFunctionConcurrentInvocationLimitExceeded",
            Type="User",
        )
    raise Refused("ServiceException", _SAYING, status=501, Type="Service")


@addition.amends("lambda", "CreateEventSourceMapping", "CreateFunction")
def create(_request: Request, proceed: Proceed) -> Result:
    """Keep moto from invoking on its own when a queue, a topic or a rule has the function as its target."""
    _run_nothing()
    return proceed()


@cache
def _run_nothing() -> None:
    def fail(self: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:  # noqa: ARG001 - moto's signature
        return _SAYING, True, ""  # an error: messages stay in their queue

    LambdaFunction._invoke_lambda = fail  # type: ignore[method-assign]  # noqa: SLF001 - moto has no switch for it
