"""Provisioned concurrency."""

from doctor.aws.embedded.addition import Addition, Refused, Request, Result
from doctor.aws.embedded.additions import functions

addition = Addition("provisioned concurrency", "moto has none of its operations")

_KIND = "provisioned concurrency"


@addition.answers("lambda", "PutProvisionedConcurrencyConfig")
def put(request: Request) -> Result:
    """Provision at once: what AWS needs a minute or two for is READY in the answer."""
    qualifier = functions.qualifier_of(request)
    if qualifier is None:
        raise functions.invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
    functions.named(request)  # an unknown version or alias is refused
    wanted = request.parameters["ProvisionedConcurrentExecutions"]
    reserved = functions.latest(request).reserved_concurrency
    if reserved is not None and wanted > reserved:
        raise functions.invalid(
            "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
        )
    config = {
        "RequestedProvisionedConcurrentExecutions": wanted,
        "AllocatedProvisionedConcurrentExecutions": wanted,
        "AvailableProvisionedConcurrentExecutions": wanted,
        "Status": "READY",
        "LastModified": functions.now(),
    }
    functions.hanging(request, _KIND)[qualifier] = config
    return config


@addition.answers("lambda", "GetProvisionedConcurrencyConfig")
def get(request: Request) -> Result:
    """Answer the configuration of one version or alias."""
    return _found(request)


@addition.answers("lambda", "DeleteProvisionedConcurrencyConfig")
def delete(request: Request) -> Result:
    """Forget the configuration of one version or alias."""
    _found(request)
    del functions.hanging(request, _KIND)[functions.qualifier_of(request) or ""]
    return {}


@addition.answers("lambda", "ListProvisionedConcurrencyConfigs")
def list_configs(request: Request) -> Result:
    """Answer all configurations of a function in one page."""
    arn = functions.latest(request).function_arn
    configs = functions.hanging(request, _KIND)
    return {
        "ProvisionedConcurrencyConfigs": [
            {"FunctionArn": f"{arn}:{qualifier}"} | config for qualifier, config in configs.items()
        ]
    }


@addition.action("FunctionName", "Qualifier", "Config")
def set_provisioned_concurrency(request: Request) -> None:
    """Make members of a provisioned concurrency configuration what they are given as, such as Status and StatusReason."""
    _found(request).update(request.parameters["Config"])


def _found(request: Request) -> Result:
    config: Result | None = functions.hanging(request, _KIND).get(functions.qualifier_of(request) or "")
    if config is None:
        raise Refused(
            "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function",
            Type="User",
        )
    return config
