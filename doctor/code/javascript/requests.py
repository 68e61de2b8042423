"""The AWS SDK in JavaScript: commands that are sent (third version), and methods of clients (second, and third in short)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from doctor.code import literals, sdk
from doctor.code.javascript.names import Names, number
from doctor.code.javascript.script import Script
from doctor.model.package import FromVariable, SdkCall, SdkClient

_NEW = re.compile(r"\bnew\s{1,40}(?P<name>[A-Za-z_$][\w$]{0,80}(?:\.[\w$]{1,80}){0,3})\s{0,40}\(")
_METHOD = re.compile(
    r"(?<![\w$])(?P<owner>(?:this\.)?[A-Za-z_$][\w$]{0,80})\s{0,40}\.\s{0,40}(?P<name>[a-z]\w{1,80})\s{0,40}\("
)
_TARGET = re.compile(
    r"(?<![\w$.])(?P<name>(?:this\.)?[\w$]{1,80})\s*=\s*(?:[\w$.]{1,80}\.(?:captureAWSClient|from)\(\s*)?$"
)
_KEY = re.compile(r"[\[\](){}]|(?<![\w$.])(?P<key>[A-Za-z_]\w{0,60})\s{0,40}:")
_TEXT = re.compile(
    r"""\s*(?:(["'`])(?P<text>[^"'`\n$]{1,512})\1|process\.env\.(?P<variable>[A-Za-z_]\w*)|(?P<name>[\w$]+))\s*[,}\n]"""
)
_NUMBER = re.compile(r"\s*(?P<digits>\d[\d_.]{0,12})")
_LOOK_BACK = 200
_LONGEST_OBJECT = 4000
_LONGEST_VALUE = 600
_NO_REQUEST = frozenset(
    ("send", "destroy", "promise", "config", "makeRequest", "on", "getSignedUrl", "getSignedUrlPromise")
)
_MILLISECONDS = 1000
_V3, _V2 = "@aws-sdk/", "aws-sdk"


@dataclass(frozen=True)
class _Owner:
    """What a variable holds: a client with one method for each operation."""

    service: str
    is_document: bool


def read(script: Script, names: Names) -> tuple[list[SdkClient], list[SdkCall]]:
    """The clients that a file creates, and the operations that it calls."""
    clients: list[SdkClient] = []
    calls: list[SdkCall] = []
    owners: dict[str, _Owner] = {}
    for found in script.matches(_NEW):
        module, what = _origin(found["name"], names)
        service, sent = _command(module, what)
        if sent:
            calls.append(_call(script, names, (service, sent), found.start(), found.end()))
        elif service := _client(module, what):
            clients.append(_created(script, names, service, found.start(), found.end()))
            target = _TARGET.search(script.bare, max(0, found.start() - _LOOK_BACK), found.start())
            if target:
                owners[target["name"]] = _Owner(service, is_document=what.endswith("DocumentClient"))
    calls += _methods(script, names, owners)
    return clients, calls


def _origin(name: str, names: Names) -> tuple[str, str]:
    """Module and name of what a dotted name stands for; ``AWS.DynamoDB.DocumentClient`` keeps what follows the module."""
    first, _, rest = name.partition(".")
    module, what = names.imported.get(first, ("", ""))
    whole = what in {"*", "default"}
    return module, rest if whole and rest else f"{what}.{rest}".strip(".")


def _command(module: str, what: str) -> tuple[str, str]:
    """Service and operation of a command's class; empty: it is none."""
    if module == f"{_V3}lib-storage" and what == "Upload":
        return "s3", "PutObject"
    own = what.removesuffix("Command")
    if own == what or not own.isidentifier():
        return "", ""
    if module == f"{_V3}lib-dynamodb":
        return "dynamodb", sdk.DOCUMENT_OPERATIONS.get(own, own)
    return (sdk.package_service(module), own) if module.startswith(f"{_V3}client-") else ("", "")


def _client(module: str, what: str) -> str:
    """The service of a client's class; empty: it is none."""
    if module.startswith(f"{_V3}client-") and what[:1].isupper():
        return sdk.package_service(module)
    if module.startswith((f"{_V2}/clients/", f"{_V2}-sdk-v2/")):
        return sdk.class_service(module.rpartition("/")[2])
    first = what.partition(".")[0]
    return sdk.class_service(first) if module == _V2 and first[:1].isupper() else ""


def _created(script: Script, names: Names, service: str, start: int, end: int) -> SdkClient:
    at = script.place(start)
    given = _object(script, end)
    connect, read, attempts = (
        _number(given.get(one, "")) for one in ("connectionTimeout", "requestTimeout", "maxAttempts")
    )
    region, endpoint = (_value(given.get(one, ""), names) for one in ("region", "endpoint"))
    return SdkClient(
        path=at.path,
        line=at.line,
        function=at.function,
        service=service,
        each_time=bool(at.function),
        region=literals.resource_name(region) if isinstance(region, str) else "",
        endpoint_url=literals.origin(endpoint) if isinstance(endpoint, str) else "",
        connect_timeout=None if connect is None else connect / _MILLISECONDS,
        read_timeout=None if read is None else read / _MILLISECONDS,
        max_attempts=None if attempts is None else int(attempts),
    )


def _call(script: Script, names: Names, sent: tuple[str, str], start: int, end: int) -> SdkCall:
    at = script.place(start)
    told = {key: _value(text, names) for key, text in _object(script, end).items() if key in sdk.RESOURCE_PARAMETERS}
    safe = {key: literals.resource_name(value) if isinstance(value, str) else value for key, value in told.items()}
    return SdkCall(
        path=at.path,
        line=at.line,
        function=at.function,
        service=sent[0],
        operation=sent[1],
        parameters=dict(sorted((key, value) for key, value in safe.items() if value)),
    )


def _methods(script: Script, names: Names, owners: dict[str, _Owner]) -> Iterator[SdkCall]:
    for found in script.matches(_METHOD) if owners else ():
        owner = owners.get(found["owner"])
        if owner and found["name"] not in _NO_REQUEST:
            operation = found["name"][0].upper() + found["name"][1:]
            sent = sdk.DOCUMENT_OPERATIONS.get(operation, operation) if owner.is_document else operation
            yield _call(script, names, (owner.service, sent), found.start(), found.end())


def _object(script: Script, start: int) -> dict[str, str]:
    """The source of the values of the object literal behind a position; of a key in nested ones as well, the outermost."""
    end = start + _LONGEST_OBJECT
    depth = 0
    found: dict[str, tuple[int, str]] = {}
    for token in _KEY.finditer(script.bare, start, end):
        if token["key"]:
            text = script.code[token.end() : min(token.end() + _LONGEST_VALUE, end)]
            found[token["key"]] = min(found.get(token["key"], (depth, text)), (depth, text), key=lambda one: one[0])
        else:
            depth += 1 if token[0] in "[({" else -1
        if depth < 0 or (depth == 0 and not token["key"]):
            break
    return {key: text for key, (_, text) in found.items()}


def _value(text: str, names: Names) -> str | FromVariable:
    found = _TEXT.match(text)
    if not found:
        return ""
    if found["variable"]:
        return FromVariable(variable=found["variable"])
    held = names.constants.get(found["name"]) if found["name"] else found["text"]
    return held if isinstance(held, str | FromVariable) else ""


def _number(text: str) -> float | None:
    found = _NUMBER.match(text)
    return number(found["digits"]) if found else None
