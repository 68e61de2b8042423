from doctor.model.package import Native, Package
from doctor.testing.world import function, node_raised, not_initialised, raised, succeeded, world

F = function()
ARM = Package(
    files=9,
    unzipped_size=9,
    top_level=("app.py", "x.abi3.so"),
    natives=(Native(path="x.abi3.so", format="elf", machine="arm64", abi="abi3"),),
)
MAC = Package(
    files=9, unzipped_size=9, top_level=("app.py", "x.abi3.so"), natives=(Native(path="x.abi3.so", format="mach-o"),)
)
RIGHT = Package(
    files=9,
    unzipped_size=9,
    top_level=("app.py", "x.abi3.so"),
    natives=(Native(path="x.abi3.so", format="elf", machine="x86_64", abi="abi3"),),
)
NOT_THERE = "cannot open shared object file: No such file or directory"


def failing(message: str, **told: object):
    return not_initialised("Runtime.ImportModuleError", f"Unable to import module 'app': {message}", **told)


BROKEN = {
    "a library for macOS": world(F, invocations=[failing("/var/task/x.abi3.so: invalid ELF header")]),
    "the package shows that it is for macOS": world(
        function(package=MAC), invocations=[failing("/var/task/x.abi3.so: invalid ELF header")]
    ),
    "a library for another processor": world(F, invocations=[failing(f"/var/task/x.abi3.so: {NOT_THERE}")]),
    "the package shows for which": world(
        function(package=ARM), invocations=[failing(f"/var/task/x.abi3.so: {NOT_THERE}")]
    ),
    "a program": world(F, invocations=[raised("OSError", "[Errno 8] Exec format error: '/opt/bin/ffmpeg'")]),
    "an add-on of Node.js": world(
        function(runtime="nodejs22.x"),
        invocations=[node_raised("Error", "/var/task/node_modules/sharp/sharp.node.so: invalid ELF header")],
    ),
}

HEALTHY = {
    "it succeeds": world(function(package=ARM), invocations=[succeeded()]),
    "a library of the system is missing": world(F, invocations=[failing(f"libGL.so.1: {NOT_THERE}")]),
    "it is for this processor": world(
        function(package=RIGHT), invocations=[failing(f"/var/task/x.abi3.so: {NOT_THERE}")]
    ),
    "a module is missing": world(F, invocations=[failing("No module named 'x'")]),
    "mended since": world(
        F, invocations=[failing("/var/task/x.abi3.so: invalid ELF header", ago=900), succeeded(ago=60)]
    ),
    "an OS-only runtime's own program": world(
        function(runtime="provided.al2023", handler="bootstrap"),
        invocations=[not_initialised("Runtime.InvalidEntrypoint", "fork/exec /var/task/bootstrap: exec format error")],
    ),
}

RULED_OUT = ("a library of the system is missing", "it is for this processor")
