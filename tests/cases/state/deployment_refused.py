from doctor.model.function import Layer
from doctor.testing.world import function, raised, succeeded, world

F = function()
CONFLICT = "An error occurred (ResourceConflictException) when calling the UpdateFunctionCode operation: The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:eu-west-1:111122223333:function:other"
INVALID = "An error occurred (InvalidParameterValueException) when calling the"


def refused(words):
    return world(F, invocations=[raised("InvalidParameterValueException", f"{INVALID} {words}")])


BROKEN = {
    "two writes one after the other": world(
        F, invocations=[raised("ResourceConflictException", CONFLICT, ago=ago) for ago in (900, 300)]
    ),
    "too many variables": refused(
        "UpdateFunctionConfiguration operation: Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit."
    ),
    "six layers": refused("UpdateFunctionConfiguration operation: Cannot reference more than 5 layers."),
    "too much code": refused("UpdateFunctionCode operation: Unzipped size must be smaller than 262144000 bytes"),
    "more provisioned than reserved": refused(
        "PutProvisionedConcurrencyConfig operation: Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
    ),
    "a package that is sent directly, and too large": refused(
        "UpdateFunctionCode operation: Zipped size must be smaller than 52428800 bytes"
    ),
    "no zip": refused(
        "UpdateFunctionCode operation: Could not unzip uploaded file. Please check your file, then try to upload again."
    ),
    "no such object": refused(
        "UpdateFunctionCode operation: Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."
    ),
    "no room for more code": refused("CreateFunction operation: Code storage limit exceeded."),
    "layers that cannot be merged": refused("PublishLayerVersion operation: Lambda layer conversion failed."),
    "code that is not signed": world(
        F,
        invocations=[
            raised(
                "ClientError",
                "An error occurred (CodeVerificationFailedException) when calling the UpdateFunctionCode operation: no",
            )
        ],
    ),
    "a variable of Lambda's own": refused(
        "UpdateFunctionConfiguration operation: the environment variables you have provided contains reserved keys that are currently not supported for modification."
    ),
    "more memory than a new account may have": refused(
        "UpdateFunctionConfiguration operation: 'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 3008"
    ),
    "more reserved than may be": refused(
        "PutFunctionConcurrency operation: Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100]."
    ),
    "somebody was faster": refused(
        "UpdateAlias operation: The Revision Id provided does not match the latest Revision Id."
    ),
    "a large batch without a window": refused(
        "CreateEventSourceMapping operation: Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
    ),
    "a mapping that is there already": refused(
        "CreateEventSourceMapping operation: An event source mapping with SQS arn and function already exists. Please update or delete the existing mapping with UUID 1"
    ),
    "a mapping that is busy": refused(
        "UpdateEventSourceMapping operation: Cannot update the event source mapping because it is in use."
    ),
    "a permission for everybody": world(
        F,
        invocations=[
            raised(
                "ClientError",
                "An error occurred (PublicPolicyException) when calling the AddPermission operation: Lambda rejected it",
            )
        ],
    ),
    "a layer that was not shared": world(
        F,
        invocations=[
            raised(
                "ClientError",
                f"{INVALID} CreateFunction operation: User: arn:aws:sts::111122223333:assumed-role/r/f is not authorized to perform: "
                "lambda:GetLayerVersion on resource: arn:aws:lambda:eu-west-1:444455556666:layer:x:1 because no resource-based "
                "policy allows the lambda:GetLayerVersion action",
            )
        ],
    ),
}
HEALTHY = {
    "it deploys, and nothing is refused": world(F, invocations=[succeeded()]),
    "a layer version that was deleted goes on working": world(
        function(layers=(Layer(arn="arn:aws:lambda:eu-west-1:111122223333:layer:gone:1"),)), invocations=[succeeded()]
    ),
    "it raises something else": world(F, invocations=[raised("KeyError", "'layers'")]),
    "an update of its own is in progress": world(function(last_update_status="InProgress")),
}
