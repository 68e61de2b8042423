from msgspec.structs import replace

from doctor.testing.world import function, succeeded, world

F = function()


def ran(cold, warm, *, billed=True):
    """So many cold and warm invocations of 100 ms, with 900 ms of initialisation."""
    starts = [succeeded(ago=60 * n + 60, init=0.9) for n in range(cold)]
    both = [replace(one, billed_duration=1000.0) if billed else one for one in starts]
    return world(F, invocations=[*both, *(succeeded(ago=6000 + 60 * n) for n in range(warm))])


BROKEN = {"every second starts cold": ran(6, 6)}
HEALTHY = {
    "one in fifty": ran(1, 49),
    "it was not billed": ran(6, 6, billed=False),
    "it hardly ran": ran(2, 0),
    "it never started cold": ran(0, 12),
}
