"""Versions and aliases."""

import copy

from moto.awslambda.models import LambdaFunction

from doctor.aws.embedded import assigned
from doctor.aws.embedded.addition import Addition, Parameters, Proceed, Refused, Request, Result
from doctor.aws.embedded.additions import functions
from doctor.aws.embedded.additions.configuration import amended, check_settled, versioned
from doctor.aws.embedded.additions.functions import check_revision, kept, latest

addition = Addition(
    "versions and aliases",
    "moto publishes an unchanged function again, gives the number of a deleted version out twice, ignores CodeSha256 and RevisionId, "
    "and never changes an alias's RevisionId",
)

_NOT_CONTENT = ("FunctionArn", "LastModified", "RevisionId", "RuntimeVersionConfig", "Version")


@addition.answers("lambda", "PublishVersion")
def publish_version(request: Request) -> Result:
    """Publish $LATEST unless it is what was published last."""
    function = latest(request)
    check_settled(function)
    check_revision(request, kept(function).revision)
    sha = request.parameters.get("CodeSha256")
    if sha and sha != function.code_sha_256:
        raise functions.invalid(
            f"CodeSHA256 ({sha}) is different from current CodeSHA256 in $LATEST ({function.code_sha_256}). "
            "Please try again with the CodeSHA256 in $LATEST."
        )
    version = _publish(request, function, request.parameters.get("Description"))
    return amended(version.get_configuration(), version)


@addition.amends("lambda", "CreateFunction", "UpdateFunctionCode")
def publish_as_well(request: Request, proceed: Proceed) -> Result:
    """Publish in our own way if asked to."""
    if not request.parameters.get("Publish"):
        return proceed()
    proceed(request.parameters | {"Publish": False})
    version = _publish(request, latest(request), None)
    return amended(version.get_configuration(), version)


@addition.amends("lambda", "CreateAlias")
def create_alias(request: Request, proceed: Proceed) -> Result:
    """Give the alias the RevisionId it was recorded with, and refuse a second one under AWS's error code."""
    name = request.parameters["Name"]
    lambda_ = functions.backend(request)
    if any(alias.name == name for alias in lambda_.list_aliases(latest(request).function_name)):
        raise Refused(
            "ResourceConflictException", f"Alias already exists: {latest(request).function_arn}:{name}", Type="User"
        )
    answer = proceed()
    alias = lambda_.get_alias(name, latest(request).function_name)
    alias.revision_id = functions.new_revision()
    return answer | {"RevisionId": alias.revision_id}


@addition.amends("lambda", "UpdateAlias")
def update_alias(request: Request, proceed: Proceed) -> Result:
    """Check the RevisionId and change it."""
    alias = functions.backend(request).get_alias(request.parameters["Name"], latest(request).function_name)
    check_revision(request, alias.revision_id)
    answer = proceed()
    alias.revision_id = functions.new_revision()
    return answer | {"RevisionId": alias.revision_id}


def _publish(request: Request, function: LambdaFunction, description: str | None) -> LambdaFunction:
    store = functions.backend(request)._lambdas  # noqa: SLF001 - moto's own way in numbers versions by their count
    versions: list[LambdaFunction] = store._functions[function.function_name]["versions"]  # noqa: SLF001
    beside = kept(function)
    content = _content(function)
    if versions and kept(versions[-1]).published_from == content:
        return versions[-1]
    number = int(assigned.current().version or beside.next_version)
    beside.next_version = max(beside.next_version, number + 1)
    version: LambdaFunction = copy.copy(function)
    version.set_version(number)
    version.last_modified = functions.now()
    version.description = description or function.description
    versions.append(version)
    store._arns[version.function_arn] = version  # noqa: SLF001
    revised = kept(version)
    revised.fields = versioned(beside.fields)
    revised.published_from = content
    return version


def _content(function: LambdaFunction) -> Parameters:
    """Return what makes one version differ from another."""
    whole = function.get_configuration() | versioned(kept(function).fields)
    return copy.deepcopy({name: value for name, value in whole.items() if name not in _NOT_CONTENT})
