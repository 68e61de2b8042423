"""Reserved concurrency and the account's limits."""

from typing import Any

from moto.awslambda.models import lambda_backends

from doctor.aws.embedded import assigned
from doctor.aws.embedded.addition import Addition, Proceed, Request, Result
from doctor.aws.embedded.additions import functions

addition = Addition(
    "concurrency",
    "moto reserves any number, leaves Concurrency out of GetFunction when 0 is reserved, and has no GetAccountSettings",
)

DEFAULT_LIMIT = 1000
_LEAST_UNRESERVED = 100
_CODE_LIMITS = {"TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800}  # bytes
_limits: dict[tuple[str, str], int] = {}
addition.on_reset(_limits.clear)


@addition.amends("lambda", "PutFunctionConcurrency")
def put(request: Request, proceed: Proceed) -> Result:
    """Refuse what would leave less than 100 executions to all other functions."""
    wanted = request.parameters["ReservedConcurrentExecutions"]
    own = functions.latest(request).reserved_concurrency or 0
    free = limit(request.account, request.region) - reserved(request.account, request.region) + own
    if free - wanted < _LEAST_UNRESERVED and wanted > own and not assigned.restoring():
        raise functions.invalid(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
            f"below its minimum value of [{_LEAST_UNRESERVED}]."
        )
    return proceed()


@addition.amends("lambda", "GetFunction")
def get_function(request: Request, proceed: Proceed) -> Result:
    """Show a reservation of 0 as well."""
    answer = proceed()
    own = functions.latest(request).reserved_concurrency
    return answer if own is None else answer | {"Concurrency": {"ReservedConcurrentExecutions": own}}


@addition.answers("lambda", "GetAccountSettings")
def get_account_settings(request: Request) -> Result:
    """Answer the limits and what is used of them."""
    total = limit(request.account, request.region)
    all_functions = list(functions.backend(request).list_functions("ALL"))
    unpublished = list(functions.backend(request).list_functions())
    return {
        "AccountLimit": _CODE_LIMITS
        | {
            "ConcurrentExecutions": total,
            "UnreservedConcurrentExecutions": total - reserved(request.account, request.region),
        },
        "AccountUsage": {
            "TotalCodeSize": sum(function.code_size for function in all_functions),
            "FunctionCount": len(unpublished),
        },
    }


@addition.action("ConcurrentExecutions")
def set_concurrency_limit(request: Request) -> None:
    """Set how many executions the account may have at once in a region."""
    _limits[request.account, request.region] = request.parameters["ConcurrentExecutions"]


def limit(account: str, region: str) -> int:
    """Return how many executions the account may have at once."""
    return _limits.get((account, region), DEFAULT_LIMIT)


def reserved(account: str, region: str) -> int:
    """Return how many executions are reserved by all functions together."""
    backend: Any = lambda_backends[account][region]
    return sum(function.reserved_concurrency or 0 for function in backend.list_functions())
