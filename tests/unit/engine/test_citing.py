"""A cited field names the read that told it: someone will repeat that read by hand."""

import pytest

from doctor.model.function import Alias, Function
from doctor.model.snapshot import Resource
from doctor.model.triggers import Queue
from doctor.rules_api import cite

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:pack"
FUNCTION = Function(function_name="pack", function_arn=ARN)
ALIAS = Alias(alias_arn=f"{ARN}:live", name="live", function_version="1")
QUEUE = Queue(queue_arn="arn:aws:sqs:eu-west-1:123456789012:orders")


@pytest.mark.parametrize(
    ("resource", "field", "source"),
    [
        (FUNCTION, "timeout", "lambda:GetFunctionConfiguration"),
        (FUNCTION, "policy", "lambda:GetPolicy"),
        (FUNCTION, "reserved_concurrent_executions", "lambda:GetFunctionConcurrency"),
        (FUNCTION, "function_url_config", "lambda:ListFunctionUrlConfigs"),
        (FUNCTION, "event_invoke_config", "lambda:ListFunctionEventInvokeConfigs"),
        (FUNCTION, "provisioned_concurrency_config", "lambda:ListProvisionedConcurrencyConfigs"),
        (FUNCTION, "runtime_management_config", "lambda:GetRuntimeManagementConfig"),
        (FUNCTION, "recursive_loop", "lambda:GetFunctionRecursionConfig"),
        (FUNCTION, "package", "lambda:GetFunction"),
        (ALIAS, "function_version", "lambda:ListAliases"),
        (ALIAS, "policy", "lambda:GetPolicy"),
        (QUEUE, "policy", "sqs:GetQueueAttributes"),
    ],
)
def test_a_citation_names_the_read_that_told_it(resource: Resource, field: str, source: str) -> None:
    assert cite(resource, field).source == source
