"""What the Lambda additions share: moto's function objects, and what moto has no place for."""

import re
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends
from moto.core.utils import utcnow

from doctor.aws.embedded import assigned
from doctor.aws.embedded.addition import Refused, Request

LATEST = "$LATEST"
_STALE = (
    "The RevisionId provided does not match the latest RevisionId for the Lambda function or alias. "
    "Call the GetFunction or the GetAlias API to retrieve the latest RevisionId for your resource."
)


@dataclass
class Kept:
    """What we keep beside one of moto's functions, be it $LATEST or a version.

    Attributes:
        revision: Its RevisionId.
        fields: Members of FunctionConfiguration that replace what moto answers.
        published_from: For a version, the configuration of $LATEST that it was published from.
        next_version: For $LATEST, the version number to give out next.
        by_qualifier: For $LATEST, what hangs on the function or on one of its qualifiers, by kind: policies, URLs and so on.
    """

    revision: str
    fields: dict[str, Any] = field(default_factory=dict)
    published_from: dict[str, Any] | None = None
    next_version: int = 1
    by_qualifier: dict[str, dict[str, Any]] = field(default_factory=dict)


_kept: "WeakKeyDictionary[LambdaFunction, Kept]" = WeakKeyDictionary()


def kept(function: LambdaFunction) -> Kept:
    """Return what we keep beside the function; it goes when the function goes."""
    if function not in _kept:
        _kept[function] = Kept(revision=new_revision())
    return _kept[function]


def new_revision() -> str:
    """Return the RevisionId that was recorded for what is being made, or a new one."""
    return assigned.current().revision or assigned.new_uuid()


def now() -> str:
    """Return the time as Lambda writes it in LastModified."""
    return utcnow().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def backend(request: Request) -> LambdaBackend:
    """Return moto's Lambda of the request's account and region."""
    found: LambdaBackend = lambda_backends[request.account][request.region]
    return found


def split(name: str, qualifier: str | None = None) -> tuple[str, str | None]:
    """Return a function's bare name, and the qualifier that the name, or ARN, carries, or else the given one."""
    bare = re.sub(r"^(arn:[^:]+:lambda:[^:]*:)?(\d{12}:)?function:", "", name)
    bare, _, carried = bare.partition(":")
    return bare, carried or qualifier


def latest(request: Request) -> LambdaFunction:
    """Return the unpublished function that a request is about; moto raises ResourceNotFoundException if there is none."""
    return backend(request).get_function(split(request.parameters["FunctionName"])[0])


def named(request: Request) -> LambdaFunction:
    """Return the version that a request's name and qualifier lead to, through an alias too."""
    name, qualifier = split(request.parameters["FunctionName"], request.parameters.get("Qualifier"))
    return backend(request).get_function(name, qualifier)


def qualifier_of(request: Request) -> str | None:
    """Return the qualifier that a request names; None for $LATEST and for no qualifier."""
    qualifier = split(request.parameters["FunctionName"], request.parameters.get("Qualifier"))[1]
    return None if qualifier == LATEST else qualifier


def target(request: Request, name: str) -> str:
    """Return the ARN of the function, version or alias that a trigger names; moto raises if there is none."""
    bare, qualifier = split(name)
    backend(request).get_function(bare, qualifier)
    arn = backend(request).get_function(bare).function_arn
    return f"{arn}:{qualifier}" if qualifier else arn


def hanging(request: Request, kind: str) -> dict[str, Any]:
    """Return what of this kind hangs on the function that a request names: by qualifier, with "" for the function itself."""
    return kept(latest(request)).by_qualifier.setdefault(kind, {})


def check_revision(request: Request, *accepted: str) -> None:
    """Refuse a request whose RevisionId is none of these; one without a RevisionId passes."""
    given = request.parameters.get("RevisionId")
    if given and given not in accepted:
        raise Refused("PreconditionFailedException", _STALE, Type="User")


def not_found(message: str = "The resource you requested does not exist.") -> Refused:
    """Return the error for what is not there."""
    return Refused("ResourceNotFoundException", message, Type="User")


def invalid(message: str) -> Refused:
    """Return the error for a value that Lambda does not take."""
    return Refused("InvalidParameterValueException", message, Type="User")
