from doctor.testing.world import denied, function, raised, succeeded, world

F = function()


def refused(error, words, operation="Invoke"):
    return world(
        F, invocations=[raised(error, f"An error occurred ({error}) when calling the {operation} operation: {words}")]
    )


BROKEN = {
    "too large": refused(
        "RequestTooLargeException", "Request must be smaller than 6291456 bytes for the InvokeFunction operation"
    ),
    "no JSON": refused(
        "InvalidRequestContentException", "Could not parse request body into json: Unexpected character"
    ),
    "not there": refused(
        "ResourceNotFoundException", "Function not found: arn:aws:lambda:eu-west-1:111122223333:function:gone"
    ),
    "no such alias": refused(
        "ResourceNotFoundException", "Cannot find alias arn: arn:aws:lambda:eu-west-1:111122223333:function:g:live"
    ),
    "its snapshot is being made": refused("SnapStartNotReadyException", "Lambda is initializing your function."),
    "its snapshot could not be made": refused(
        "SnapStartException", "AWS Lambda could not invoke your SnapStart function."
    ),
    "its image is being prepared": refused("CodeArtifactUserPendingException", "pending"),
    "its runtime is gone": refused("RuntimeAliasDeletedException", "deleted"),
    "nothing is published": refused("NoPublishedVersionException", "none"),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it may not": world(
        F, invocations=[denied("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:g")]
    ),
    "refused for the rate": refused("TooManyRequestsException", "Rate Exceeded."),
    "another service's object is not there": refused("NoSuchKey", "The specified key does not exist.", "GetObject"),
}
