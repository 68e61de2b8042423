"""Every addition: one module each, whose ``addition`` says why it is there.

The modules of a service are imported with the first request to it, because they import moto's backends.
"""

import importlib
from functools import cache

from doctor.aws.embedded.addition import Addition, Handler

_MODULES = {
    "lambda": (
        "versions",
        "packages",
        "concurrency",
        "configuration",
        "provisioned_concurrency",
        "permissions",
        "function_urls",
        "event_invoke_config",
        "other_event_sources",
        "event_source_mappings",
        "function_settings",
        "invocation",
    ),
    "cloudtrail": ("lookup_events",),
    "logs": ("filter_log_events",),
    "cloudwatch": ("metric_data",),
    "kms": ("keys",),
    "service-quotas": ("quotas",),
    "schemas": ("shared_test_events",),
    "iam": ("managed_policies", "authorization_details"),
    "ec2": (
        "dry_run",
        "routes",
        "network_acls",
        "vpc_endpoints",
        "default_vpc",
        "dhcp_options",
        "block_public_access",
        "vpc_extras",
        "transit_routes",
    ),
}
"""By service, in the order in which they see a request: the first one is asked first and asks the next."""


@cache
def additions_to(service: str) -> tuple[Addition, ...]:
    """Return the additions to a service, by botocore's name of it."""
    modules = (importlib.import_module(f"{__name__}.{name}") for name in _MODULES.get(service, ()))
    return tuple(module.addition for module in modules)


@cache
def handlers_to(service: str) -> dict[str, tuple[Handler, ...]]:
    """Return the handlers of a service's operations, the first to be asked first."""
    handlers: dict[str, tuple[Handler, ...]] = {}
    for addition in additions_to(service):
        for (_, operation), handler in addition.handlers.items():
            handlers[operation] = (*handlers.get(operation, ()), handler)
    return handlers


def all_additions() -> tuple[Addition, ...]:
    """Return all additions."""
    return tuple(addition for service in _MODULES for addition in additions_to(service))
