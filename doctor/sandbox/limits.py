"""The limits of a local run that are Lambda's own, not the function's; a test makes them small."""

from typing import Literal

from doctor.model.measured import Logged
from doctor.model.record import Record
from doctor.sandbox.tiers import Tier

_MB = 1024 * 1024


class Limits(Record):
    """What Lambda allows besides the function's own timeout and memory. Times in seconds, sizes in bytes."""

    init_timeout: float = 10.0
    """Initialisation before the first invocation."""
    snap_start_timeout: float = 130.0
    """Initialisation before a snapshot, or for provisioned concurrency; the function's own timeout where that is longer."""
    restore_timeout: float = 10.0
    """Restoring from it, hooks included."""
    payload: int = 6 * _MB + 100
    """A response, as Lambda's own Runtime API counts it."""
    event: int = 6 * _MB
    """An event that is waited for."""
    asynchronous_event: int = _MB
    """One that is not."""
    environment: int = 4096
    """A function's own variables together, as JSON."""
    memory: Literal["cgroup", "poll", "none"] = "cgroup"
    """``cgroup``: by the kernel, where this user may make a control group, else ``poll``: we look, and kill the largest
    process when the limit is passed; ``none``: measured only."""
    logged: Logged | None = None
    """What REPORT lines tell of the function on Lambda: its memory limit is calibrated by them."""
    memory_interval: float = 0.01
    """Between two looks at the memory."""
    cpu: Literal["share", "none"] = "share"
    """``share``: an invocation gets the part of a processor that its memory size gives on Lambda; initialising is not held to it."""
    tier: Tier | None = None
    """By what the handler is isolated; ``None``: the strongest that this machine allows."""
    timeout: float | None = None
    """Instead of the function's own timeout."""
    log_style: Literal["new", "old"] = "new"
    """How the platform writes a fault: in the REPORT line (since 2024), or on a line of its own."""
    shutdown: float = 2.0
    """For extensions to end after they are told."""
    grace: float = 10.0
    """For the sandbox itself to start, to kill, and to end."""
