"""How a call to AWS fails: one error with the gap it leaves, and one line for whoever cannot go on without the call."""

import re

from botocore.exceptions import ClientError

from doctor.errors import DoctorError
from doctor.model.call import Call, Gap, Reason
from doctor.model.target import Target

_DENIED = ("AccessDenied", "Unauthorized", "AuthorizationError", "OptInRequired", "AuthFailure", "Forbidden", "403")
_THROTTLED = ("Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown", "LimitExceededException", "429")
_ABSENT = ("NotFound", "NoSuch", "NonExistent", "DoesNotExist", "QueueDoesNotExist", "NotInUse")
_UNSUPPORTED = ("404", "501", "UnknownOperation", "NotImplemented", "UnsupportedOperation", "InvalidAction")
_EXPIRED = ("ExpiredToken", "RequestExpired", "InvalidClientTokenId", "UnrecognizedClient", "InvalidSignature")
_UNREACHED = ("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError")
LOST = (*_UNREACHED, "HTTPClientError", "ResponseStreamingError", "IncompleteReadError", "ProxyConnectionError")
"""botocore's errors that a connection ends with which may work at the next attempt."""
_PAGE = re.compile(r"<html.*?<title>(.*?)</title>", re.IGNORECASE)
_BROKEN = 500
"""The first HTTP status that says that the server, not the request, is at fault."""
_NOT_IMPLEMENTED = 501

_HINTS = {
    "NoCredentialsError": "no AWS credentials: set AWS_PROFILE or give --profile, or try 'doctor check --demo' without any",
    "PartialCredentialsError": "incomplete AWS credentials: {message}",
    "UnauthorizedSSOTokenError": "single sign-on has expired: run 'aws sso login{profile}' and try again",
    "SSOTokenLoadError": "not signed in: run 'aws sso login{profile}' and try again",
    "TokenRetrievalError": "single sign-on has expired: run 'aws sso login{profile}' and try again",
    "CredentialRetrievalError": "the credentials cannot be had: {message}",
    "ExpiredToken": "the credentials{whose} have expired: renew them and try again",
    "ExpiredTokenException": "the credentials{whose} have expired: renew them and try again",
}
"""By error code: what to do about it."""


class AwsError(DoctorError):
    """One call failed.

    Attributes:
        call: The call.
        code: AWS's error code, or botocore's class.
        message: In AWS's words, one line.
        reason: The kind of gap it leaves.
        transient: Whether the same call may go through a moment later.
    """

    def __init__(self, call: Call, code: str, message: str, reason: Reason, *, transient: bool = False) -> None:
        super().__init__(f"{call.name}: {code}: {message}" if code else f"{call.name}: {message}")
        self.call = call
        self.code = code
        self.message = message
        self.reason = reason
        self.transient = transient

    def gap(self, resource: str = "") -> Gap:
        """The gap that this failure leaves on a resource."""
        words = f"{self.code}: {self.message}" if self.code else self.message
        return Gap(reason=self.reason, call=self.call, resource=resource, error=words)


def client_error(call: Call, error: ClientError) -> AwsError:
    """What an error answer of AWS means."""
    answer = error.response.get("Error", {})
    code, message = str(answer.get("Code", "")), one_line(answer.get("Message") or error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) or 0)
    reason = _reason(code, status)
    unread = code.isdigit() or not code  # the status, or nothing, stands in for a code that could not be read
    return AwsError(call, code, message, reason, transient=unread or (status >= _BROKEN and reason == "failed"))


def _reason(code: str, status: int) -> Reason:
    table: tuple[tuple[tuple[str, ...], Reason], ...] = (
        (_DENIED, "denied"),
        (_THROTTLED, "throttled"),
        (_ABSENT, "absent"),
    )
    for marks, reason in table:
        if any(mark in code for mark in marks):
            return reason
    return "unsupported" if code in _UNSUPPORTED or status == _NOT_IMPLEMENTED else "failed"


def unavailable(error: AwsError, target: Target) -> str:
    """One line for a person whose very first call failed."""
    if error.code in _HINTS:
        profile = f" --profile {target.profile}" if target.profile else ""
        whose = f" of profile {target.profile}" if target.profile else ""
        return _HINTS[error.code].format(message=error.message, profile=profile, whose=whose)
    if error.code in _UNREACHED:
        return f"AWS does not answer: {error.message}; check --region, --endpoint-url and the network"
    if error.reason == "throttled":
        return f"AWS throttles even the first call: {error.message}; try again in a minute"
    if error.reason == "denied" or any(mark in error.code for mark in _EXPIRED):
        whose = f" of profile {target.profile}" if target.profile else ""
        return f"the credentials{whose} are refused: {error.code}: {error.message}"
    return f"AWS did not say who we are: {error.code or 'no answer'}: {error.message}"


def one_line(words: object) -> str:
    """An error's words without line breaks; of a page of HTML, as a proxy answers, its title."""
    text = " ".join(str(words).split())
    page = _PAGE.search(text)
    return page[1].strip() if page else text
