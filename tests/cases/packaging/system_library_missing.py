from doctor.model.package import Native, Package
from doctor.testing.world import function, not_initialised, succeeded, world

F = function()


def not_loaded(library, **told):
    words = f"Unable to import module 'app': {library}: cannot open shared object file: No such file or directory"
    return not_initialised("Runtime.ImportModuleError", words, **told)


READ = Package(files=2, unzipped_size=9, natives=(Native(path="cv2/cv2.abi3.so", format="elf", machine="x86_64"),))
BROKEN = {
    "of the log alone": world(F, invocations=[not_loaded("libGL.so.1")]),
    "the package has no such file": world(function(package=READ), invocations=[not_loaded("libGL.so.1")]),
}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "a file of the package: another processor's": world(F, invocations=[not_loaded("/var/task/cv2/cv2.abi3.so")]),
    "mended since": world(F, invocations=[not_loaded("libGL.so.1", ago=900), succeeded(ago=60)]),
    "a newer C library is needed": world(
        F,
        invocations=[
            not_initialised(
                "Runtime.ImportModuleError",
                "Unable to import module 'app': /lib64/libm.so.6: version `GLIBC_2.35' not found (required by /var/task/x.so)",
            )
        ],
    ),
}
RULED_OUT = ("a file of the package: another processor's",)
