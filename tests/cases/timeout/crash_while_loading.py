from doctor.model.package import Native, Package
from doctor.testing.world import function, succeeded, timed_out, world

COMPILED = Package(files=2, unzipped_size=9, natives=(Native(path="fast/_core.so", format="elf", machine="x86_64"),))
F = function(timeout=30, package=COMPILED)
SILENT = [timed_out(after=30, ago=900, stream="a"), timed_out(after=30, ago=300, stream="b")]
INIT = "INIT_REPORT Init Duration: 10000.12 ms\tPhase: init\tStatus: timeout\n"
BROKEN = {"silent each time": world(F, invocations=SILENT)}
HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "some invocations succeed": world(F, invocations=[*SILENT, succeeded(ago=60)]),
    "it says something first": world(F, invocations=[timed_out(after=30, last_word=0.5)]),
    "the initialisation ran out of time": world(F, invocations=[timed_out(after=30, before_start=[INIT])]),
    "no compiled code": world(function(timeout=30, package=Package(files=1, unzipped_size=9)), invocations=SILENT),
    "the package was not read": world(function(timeout=30), invocations=SILENT),
}
