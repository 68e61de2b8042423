from doctor.testing.world import function, not_initialised, succeeded, world

F = function(runtime="python3.11")


def not_imported(words, **told):
    return not_initialised("Runtime.ImportModuleError", f"Unable to import module 'app': {words}", **told)


NEEDED = "/lib64/libm.so.6: version `GLIBC_2.35' not found (required by /var/task/numpy/_multiarray_umath.so)"
BROKEN = {
    "of C": world(F, invocations=[not_imported(NEEDED)]),
    "of C++": world(F, invocations=[not_imported("/lib64/libstdc++.so.6: version `GLIBCXX_3.4.30' not found")]),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "a library of the system is missing": world(
        F, invocations=[not_imported("libGL.so.1: cannot open shared object file: No such file or directory")]
    ),
    "another processor's": world(F, invocations=[not_imported("/var/task/x.so: invalid ELF header")]),
    "a module is missing": world(F, invocations=[not_imported("No module named 'numpy'")]),
}
