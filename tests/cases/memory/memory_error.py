from doctor.testing.world import function, killed, not_initialised, raised, succeeded, world

F = function()

BROKEN = {
    "the handler's allocation was refused": world(F, invocations=[raised("MemoryError", "")]),
    "with a message": world(F, invocations=[raised("MemoryError", "Unable to allocate 1.2 GiB")]),
    "while the module was loaded": world(F, invocations=[not_initialised("MemoryError", "no room")]),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded(used=120)]),
    "killed at the limit, without a traceback": world(F, invocations=[killed()]),
    "it raises something else": world(F, invocations=[raised("ValueError", "MemoryError was handled")]),
    "refused at a smaller size than today's": world(
        function(memory_size=512), invocations=[raised("MemoryError", ""), succeeded(ago=60, size=512)]
    ),
}

RULED_OUT = ("killed at the limit, without a traceback",)
