from doctor.testing.world import function, not_initialised, raised, succeeded, world

F = function()
BROKEN = {
    "a parameter": world(
        F,
        invocations=[
            raised(
                "ParamValidationError",
                'Parameter validation failed: Unknown parameter in input: "Durable", must be one of: X',
            )
        ],
    ),
    "a service": world(
        F,
        invocations=[
            not_initialised("UnknownServiceError", "Unknown service: 'newthing'. Valid service names are: s3")
        ],
    ),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "a value of the wrong type": world(
        F,
        invocations=[
            raised("ParamValidationError", "Parameter validation failed: Invalid type for parameter Key, value: 1")
        ],
    ),
    "an attribute of the code's own": world(
        F, invocations=[raised("AttributeError", "'Order' object has no attribute 'total'")]
    ),
}
