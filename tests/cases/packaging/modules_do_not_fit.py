from doctor.testing.world import function, not_initialised, raised, succeeded, world

F = function()


def not_imported(words, **told):
    return not_initialised("Runtime.ImportModuleError", f"Unable to import module 'app': {words}", **told)


BROKEN = {
    "a name is gone": world(
        F,
        invocations=[
            not_imported(
                "cannot import name 'DEFAULT_CIPHERS' from 'urllib3.util.ssl_' (/var/task/urllib3/util/ssl_.py)"
            )
        ],
    ),
    "a circle": world(
        F,
        invocations=[
            not_imported(
                "cannot import name 'b' from partially initialized module 'a' (most likely due to a circular import)"
            )
        ],
    ),
    "no package around it": world(
        F, invocations=[not_imported("attempted relative import with no known parent package")]
    ),
    "imported late": world(F, invocations=[raised("ImportError", "cannot import name 'x' from 'y' (/var/task/y.py)")]),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "a module is missing": world(F, invocations=[not_imported("No module named 'x'")]),
    "a library that is built for something else": world(
        F, invocations=[not_imported("/var/task/x.so: invalid ELF header")]
    ),
}
