"""A small account behind the seam: Lambda and SQS as far as a change reads and writes them, and faults at any call."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from doctor.aws.session import AwsError
from doctor.model import arns
from doctor.model.call import Call, Reason
from doctor.testing.world import ACCOUNT, REGION

Answer = dict[str, Any]


class Killed(BaseException):
    """The process ended here: nothing after this is carried out, no handler included."""


class Account:
    """An account that keeps functions, aliases and queues, with their revisions.

    ``before`` is called with the number of each call before it takes effect, ``after`` with it afterwards: either may
    raise, or change something behind doctor's back.
    """

    account = ACCOUNT
    region = REGION
    endpoint = None
    loopback = False

    def __init__(self) -> None:
        self.functions: dict[str, Answer] = {}
        self.aliases: dict[str, Answer] = {}
        self.queues: dict[str, dict[str, str]] = {}
        self.sent: list[Call] = []
        self.before: Callable[[int, Call], None] = lambda _number, _call: None
        self.after: Callable[[int, Call], None] = lambda _number, _call: None
        self._revision = 0

    # The seam

    def read(self, call: Call, *_: object) -> Answer:
        return self.call(call)

    def call(self, call: Call) -> Answer:
        number = len(self.sent)
        self.sent.append(call)
        self.before(number, call)
        answer = getattr(self, f"_{call.operation}")(call)
        self.after(number, call)
        return deepcopy(answer)  # type: ignore[no-any-return]

    # What a test does behind doctor's back

    def function(self, arn: str, **fields: Any) -> None:
        old = self.functions.get(
            arn, {"FunctionName": arns.name(arn), "FunctionArn": arn, "LastUpdateStatus": "Successful"}
        )
        self.functions[arn] = {**old, **fields, "RevisionId": self._next()}

    def alias(self, arn: str, **fields: Any) -> None:
        name = arn.rsplit(":", 1)[-1]
        self.aliases[arn] = {
            **self.aliases.get(arn, {"AliasArn": arn, "Name": name}),
            **fields,
            "RevisionId": self._next(),
        }

    def queue(self, arn: str, **attributes: str) -> None:
        self.queues[arn] = {**self.queues.get(arn, {"QueueArn": arn}), **attributes}

    def shows(self) -> Answer:
        """What an undo must restore: everything but revisions and published versions."""
        functions = {arn: one for arn, one in self.functions.items() if not arns.qualifier(arn).isdigit()}
        things = {**functions, **self.aliases, **self.queues}
        return {arn: {key: value for key, value in one.items() if key != "RevisionId"} for arn, one in things.items()}

    # Operations

    def _GetFunctionConfiguration(self, call: Call) -> Answer:  # noqa: N802 -- AWS's name
        name, qualifier = call.parameters["FunctionName"], call.parameters.get("Qualifier", "$LATEST")
        return self._found(self.functions, name if qualifier == "$LATEST" else f"{name}:{qualifier}", call)

    def _UpdateFunctionConfiguration(self, call: Call) -> Answer:  # noqa: N802
        parameters = dict(call.parameters)
        arn = parameters.pop("FunctionName")
        self._revised(self.functions, arn, parameters, call)
        self.function(arn, **parameters)
        return self.functions[arn]

    def _PublishVersion(self, call: Call) -> Answer:  # noqa: N802
        arn = call.parameters["FunctionName"]
        self._revised(self.functions, arn, dict(call.parameters), call)
        latest = self._found(self.functions, arn, call)
        if latest["CodeSha256"] != call.parameters["CodeSha256"]:
            raise refused(call, "InvalidParameterValueException", "failed")
        last = max((int(arns.qualifier(one)) for one in self.functions if arns.qualifier(one).isdigit()), default=0)
        if last and _content(self.functions[f"{arn}:{last}"]) == _content(latest):
            return {"Version": str(last)}  # what did not change since is not published again
        number = last + 1
        self.functions[f"{arn}:{number}"] = {**latest, "Version": str(number)}
        return {"Version": str(number)}

    def _GetAlias(self, call: Call) -> Answer:  # noqa: N802
        return self._found(self.aliases, f"{call.parameters['FunctionName']}:{call.parameters['Name']}", call)

    def _UpdateAlias(self, call: Call) -> Answer:  # noqa: N802
        parameters = dict(call.parameters)
        arn = f"{parameters.pop('FunctionName')}:{parameters.pop('Name')}"
        self._revised(self.aliases, arn, parameters, call)
        self.alias(arn, **parameters)
        return self.aliases[arn]

    def _GetQueueUrl(self, call: Call) -> Answer:  # noqa: N802
        return {"QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{call.parameters['QueueName']}"}

    def _GetQueueAttributes(self, call: Call) -> Answer:  # noqa: N802
        return {"Attributes": self._found(self.queues, _queue(call), call)}

    def _SetQueueAttributes(self, call: Call) -> Answer:  # noqa: N802
        self._found(self.queues, _queue(call), call)
        self.queue(_queue(call), **call.parameters["Attributes"])
        return {}

    def _found(self, things: dict[str, Any], arn: str, call: Call) -> Any:
        if arn not in things:
            raise refused(call, "ResourceNotFoundException", "absent")
        return things[arn]

    def _revised(self, things: dict[str, Answer], arn: str, parameters: Answer, call: Call) -> None:
        """Lambda refuses a write that was meant for another revision."""
        if parameters.pop("RevisionId") != self._found(things, arn, call)["RevisionId"]:
            raise refused(call, "PreconditionFailedException", "failed")

    def _next(self) -> str:
        self._revision += 1
        return f"revision-{self._revision}"


def refused(call: Call, code: str, reason: Reason, *, transient: bool = False) -> AwsError:
    """How the seam tells that a call failed."""
    return AwsError(call, code, "words", reason, transient=transient)


def _content(function: Answer) -> Answer:
    """What a version is published for."""
    return {name: function.get(name) for name in ("Timeout", "MemorySize", "Handler", "CodeSha256")}


def _queue(call: Call) -> str:
    account, name = call.parameters["QueueUrl"].rsplit("/", 2)[1:]
    return f"arn:aws:sqs:{REGION}:{account}:{name}"
