"""What the deployment packages of a function hold: that of ``$LATEST``, and those of the versions that get traffic."""

from zipfile import BadZipFile

from msgspec.structs import replace

from doctor.aws.draft import Draft
from doctor.aws.packages import fetch
from doctor.aws.session import AwsError
from doctor.code.facts import facts
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.function import Function

_Code = tuple[str, str, str]
"""What a package's facts depend on: the digest of its code, the handler, the runtime."""


def call_of(function: Function) -> Call:
    """The call that tells where a package lies: its gap is a package that was not read."""
    qualifier = {} if function.version == "$LATEST" else {"Qualifier": function.version}
    return Call(
        service="lambda", operation="GetFunction", parameters={"FunctionName": function.function_name, **qualifier}
    )


def unread(draft: Draft, looked_at: set[str]) -> list[Function]:
    """The versions whose packages were not read because their functions were not looked at closely."""
    every = draft.all(Function)
    return [one for one in every if one.package is None and arns.unqualified(one.arn) not in looked_at]


def package(draft: Draft, function: Function) -> None:
    """Put the facts of its packages beside each version of a function, unless they were kept from before.

    The same code is read once, whichever versions run it.
    """
    known: dict[_Code, Function] = {}
    versions = [one for one in draft.all(Function) if arns.unqualified(one.arn) == arns.unqualified(function.arn)]
    for version in versions:  # the shortest ARN, that of $LATEST, is the first
        code = version.code_sha256, version.handler, version.runtime or ""
        if version.package is None and version.code_sha256 and code in known:
            draft.add(replace(version, package=known[code].package))
        else:
            known[code] = _read(draft, version) if version.package is None else version


def _read(draft: Draft, version: Function) -> Function:
    """A version with what its package holds; without, where it cannot be read, and the gap is noted."""
    try:
        code = fetch(draft.aws, version.arn, draft.packages.get(version.arn)).package
        found = replace(version, package=facts(code, handler=version.handler, runtime=version.runtime or ""))
    except AwsError as error:
        draft.gap(error.reason, call_of(version), version.arn, error.message)
    except BadZipFile as error:
        draft.gap("failed", call_of(version), version.arn, str(error))
    else:
        draft.add(found)
        return found
    return version
