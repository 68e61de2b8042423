"""Deployment packages and layers, to be downloaded from the embedded account itself."""

import hashlib
import hmac
import secrets

from doctor.aws.embedded.addition import Addition, Proceed, Request, Result
from doctor.aws.embedded.additions import functions
from doctor.aws.embedded.wire import PREFIX

addition = Addition(
    "packages", "moto's Code.Location names a host of AWS, a layer's is 's3://', and GetLayerVersionByArn is missing"
)

_KIND = "package"
_key = secrets.token_bytes(32)
_packages: dict[str, bytes] = {}
addition.on_reset(_packages.clear)


@addition.amends("lambda", "GetFunction")
def get_function(request: Request, proceed: Proceed) -> Result:
    """Let Code.Location be a URL that works."""
    answer = proceed()
    if "Location" in answer.get("Code", {}):
        answer["Code"]["Location"] = _location(request, functions.named(request).code_bytes)
    return answer


@addition.amends("lambda", "GetLayerVersion", "PublishLayerVersion")
def get_layer_version(request: Request, proceed: Proceed) -> Result:
    """Let Content.Location be a URL that works."""
    answer = proceed()
    layer = functions.backend(request).get_layer_version(request.parameters["LayerName"], str(answer["Version"]))
    answer["Content"]["Location"] = _location(request, layer.code_bytes)
    return answer


@addition.answers("lambda", "GetLayerVersionByArn")
def get_layer_version_by_arn(request: Request) -> Result:
    """Answer what GetLayerVersion answers for the layer of this ARN."""
    arn = request.parameters["Arn"]
    layer = functions.backend(request).layers_versions_by_arn(arn)
    if layer is None:
        raise functions.not_found(f"The resource you requested does not exist: {arn}")
    answer: Result = layer.get_layer_version()
    answer["Content"]["Location"] = _location(request, layer.code_bytes)
    return answer


@addition.download(_KIND)
def package(name: str) -> bytes | None:
    """Return the package of this name."""
    return _packages.get(name)


def _location(request: Request, content: bytes) -> str:
    """Return where the content can be downloaded: a name that only someone who was given it can know."""
    name = hmac.digest(_key, hashlib.sha256(content).digest(), "sha256").hex() + ".zip"
    _packages[name] = content
    return f"{request.endpoint}{PREFIX}{_KIND}/{name}"
