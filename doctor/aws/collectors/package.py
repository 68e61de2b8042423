"""What a function's deployment package holds."""

from zipfile import BadZipFile

from msgspec.structs import replace

from doctor.aws.draft import Draft
from doctor.aws.packages import fetch
from doctor.aws.session import AwsError
from doctor.code.facts import facts
from doctor.model.call import Call
from doctor.model.function import Function


def call_of(function: Function) -> Call:
    """The call that tells where a package lies: its gap is a package that was not read."""
    return Call(service="lambda", operation="GetFunction", parameters={"FunctionName": function.function_name})


def package(draft: Draft, function: Function) -> None:
    """Put the facts of a function's package beside its configuration, unless they were kept from before."""
    known = draft.resources.get(function.arn)
    latest = known if isinstance(known, Function) else function
    if latest.package is not None:
        return
    try:
        code = fetch(draft.aws, function.arn, draft.packages.get(function.arn)).package
        found = facts(code, handler=latest.handler, runtime=latest.runtime or "")
        draft.add(replace(latest, package=found))
    except AwsError as error:
        draft.gap(error.reason, call_of(function), function.arn, error.message)
    except BadZipFile as error:
        draft.gap("failed", call_of(function), function.arn, str(error))
