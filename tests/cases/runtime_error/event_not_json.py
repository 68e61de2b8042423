from doctor.testing.world import function, raised, succeeded, world

F = function()
BROKEN = {
    "no name in quotes": world(
        F,
        invocations=[
            raised(
                "Runtime.UnmarshalError",
                "Unable to unmarshal input: Expecting property name enclosed in double quotes: line 1",
            )
        ],
    ),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "the code reads other JSON": world(
        F, invocations=[raised("JSONDecodeError", "Expecting value: line 1 column 1 (char 0)")]
    ),
    "the answer is no JSON": world(F, invocations=[raised("Runtime.MarshalError", "Unable to marshal response")]),
}
