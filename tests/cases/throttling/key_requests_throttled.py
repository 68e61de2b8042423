from doctor.testing.world import denied, function, metric, not_initialised, raised, succeeded, world

F = function()
RATE = "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls."


def refused(operation, text=RATE, **told):
    return raised(
        "ThrottlingException",
        f"An error occurred (ThrottlingException) when calling the {operation} operation: {text}",
        **told,
    )


BROKEN = {
    "a key": world(F, invocations=[succeeded(ago=900), refused("Decrypt")]),
    "an object that is encrypted": world(F, invocations=[refused("PutObject")]),
    "a queue that is": world(
        F,
        invocations=[
            raised("ClientError", "An error occurred (KmsThrottled) when calling the SendMessage operation: slow")
        ],
    ),
    "while the code is loaded": world(
        F,
        invocations=[
            not_initialised(
                "ClientError", f"An error occurred (ThrottlingException) when calling the Decrypt operation: {RATE}"
            )
        ],
    ),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "another service's rate": world(F, invocations=[refused("PutItem", "Rate exceeded")]),
    "the key is not for the role": world(
        F, invocations=[denied("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/k")]
    ),
    "Lambda refuses the function itself": world(
        F, invocations=[succeeded()], metrics={F.arn: (metric("Throttles", "Sum", 14),)}
    ),
}
