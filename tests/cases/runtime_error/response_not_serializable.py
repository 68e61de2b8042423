from doctor.testing.world import function, raised, succeeded, world

F = function()


def returned(kind: str):
    return raised("Runtime.MarshalError", f"Unable to marshal response: Object of type {kind} is not JSON serializable")


BROKEN = {
    "a date": world(F, invocations=[returned("datetime")]),
    "a coroutine: the handler is async": world(F, invocations=[returned("coroutine")]),
    "a circle": world(
        F, invocations=[raised("Runtime.MarshalError", "Unable to marshal response: Circular reference")]
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "the code itself fails to write JSON": world(
        F, invocations=[raised("TypeError", "Object of type datetime is not JSON serializable")]
    ),
    "the answer is too large": world(
        F, invocations=[raised("Function.ResponseSizeTooLarge", "Response payload size exceeded")]
    ),
}

RULED_OUT = ("the answer is too large",)
