from doctor.testing.world import function, metric, raised, succeeded, world

F = function()


def refused(code, operation="PutItem", **told):
    return raised(
        code,
        f"An error occurred ({code}) when calling the {operation} operation (reached max retries: 9): slow",
        **told,
    )


BROKEN = {
    "a table": world(F, invocations=[succeeded(ago=900), refused("ProvisionedThroughputExceededException")]),
    "any service": world(F, invocations=[refused("ThrottlingException", "Encrypt")]),
    "Lambda's own API": world(F, invocations=[refused("TooManyRequestsException", "GetFunctionConfiguration")]),
    "a bucket": world(F, invocations=[refused("SlowDown", "GetObject")]),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "Lambda refuses the function itself": world(
        F, invocations=[succeeded()], metrics={F.arn: (metric("Throttles", "Sum", 14),)}
    ),
    "refused for a policy": world(
        F,
        invocations=[
            raised("ClientError", "An error occurred (AccessDeniedException) when calling the PutItem operation: no")
        ],
    ),
    "another error of the service": world(F, invocations=[refused("ValidationException")]),
}
