from doctor.model.package import ModuleRoot, Native, Package
from doctor.testing.world import function, not_initialised, succeeded, world

F = function()
ROOT = ModuleRoot(path="", names=("app", "pydantic_core"))


def package(path: str, abi: str, machine: str = "x86_64", form: str = "elf") -> Package:
    native = Native(path=path, format=form, machine=machine, abi=abi)  # type: ignore[arg-type]
    return Package(files=9, unzipped_size=9, top_level=("app.py", "pydantic_core"), modules=(ROOT,), natives=(native,))


def failing(name: str = "pydantic_core._pydantic_core", **told: object):
    return not_initialised(
        "Runtime.ImportModuleError", f"Unable to import module 'app': No module named '{name}'", **told
    )


PY311 = package("pydantic_core/_pydantic_core.cpython-311-x86_64-linux-gnu.so", "cpython-311-x86_64-linux-gnu")
ARM = package("pydantic_core/_pydantic_core.cpython-312-aarch64-linux-gnu.so", "cpython-312-aarch64-linux-gnu", "arm64")
MAC = package("pydantic_core/_pydantic_core.cpython-312-darwin.so", "cpython-312-darwin", "arm64", "mach-o")
PURE = Package(files=9, unzipped_size=9, top_level=("app.py",), modules=(ModuleRoot(path="", names=("app",)),))

BROKEN = {
    "its name tells": world(F, invocations=[failing()]),
    "built for another Python": world(function(package=PY311), invocations=[failing()]),
    "built for another processor": world(function(package=ARM), invocations=[failing()]),
    "built on a Mac": world(function(package=MAC), invocations=[failing()]),
}

HEALTHY = {
    "it succeeds": world(function(package=PY311), invocations=[succeeded()]),
    "a dependency is not there at all": world(function(package=PURE), invocations=[failing("requests")]),
    "the compiled part is not there at all": world(function(package=PURE), invocations=[failing()]),
    "nothing of its name says compiled": world(F, invocations=[failing("requests")]),
    "mended since": world(F, invocations=[failing(ago=900), succeeded(ago=60)]),
}

RULED_OUT = (
    "a dependency is not there at all",
    "the compiled part is not there at all",
    "nothing of its name says compiled",
)
