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
