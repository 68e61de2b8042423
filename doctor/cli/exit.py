"""Exit codes: the same for every command and every output format."""

from enum import IntEnum

from doctor.errors import (
    ApplyError,
    AwsUnavailable,
    DoctorError,
    EmbeddedError,
    SandboxError,
    UsageError,
    WorldChanged,
)


class ExitCode(IntEnum):
    """What the process ends with."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    NOT_SEEN = 3
    AWS = 4
    CRASHED = 5
    NOT_CONFIRMED = 6
    HANGUP = 129
    INTERRUPTED = 130
    PIPE = 141
    TERMINATED = 143


MEANING = {
    ExitCode.OK: "nothing at or above `--fail-on`; `can`: allowed, the assumptions printed, or with `--all` no more than was seen to be needed; `trace`: reachable; or done, and seen to be so",
    ExitCode.FINDINGS: "findings; `can`: denied, or with `--all` more than was seen to be needed; `trace`: unreachable, or only in part; `reproduce`: reproduced; `fix`: not proved; `diff`: they differ",
    ExitCode.USAGE: "the command line, a name, a file or the configuration is wrong; or this machine lacks what the command needs",
    ExitCode.NOT_SEEN: "could not look: a rule at or above `--fail-on` was skipped for a gap; `can` and `trace`: it depends on what was not seen; `collect`: a read failed or was refused",
    ExitCode.AWS: "AWS cannot be reached, or does not accept the credentials",
    ExitCode.CRASHED: "a rule crashed, or could not be loaded; the others were heard",
    ExitCode.NOT_CONFIRMED: "a change was applied but not confirmed, or stopped part-way",
    ExitCode.HANGUP: "hung up",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.PIPE: "whoever read stdout stopped reading",
    ExitCode.TERMINATED: "terminated",
}
"""One sentence for each code: the README's table is made of it."""

PRECEDENCE = (
    ExitCode.USAGE,
    ExitCode.AWS,
    ExitCode.CRASHED,
    ExitCode.NOT_CONFIRMED,
    ExitCode.FINDINGS,
    ExitCode.NOT_SEEN,
    ExitCode.OK,
)
"""When several are true, the first of these."""

_BY_ERROR: tuple[tuple[type[DoctorError], ExitCode], ...] = (
    (WorldChanged, ExitCode.FINDINGS),
    (ApplyError, ExitCode.NOT_CONFIRMED),
    (UsageError, ExitCode.USAGE),
    (EmbeddedError, ExitCode.USAGE),
    (SandboxError, ExitCode.USAGE),
    (AwsUnavailable, ExitCode.AWS),
    (DoctorError, ExitCode.AWS),  # a call to AWS that a command cannot do without
)


def code_of(error: DoctorError) -> ExitCode:
    """The code that an error ends a command with."""
    return next(code for kind, code in _BY_ERROR if isinstance(error, kind))


def worst(*codes: ExitCode) -> ExitCode:
    """The one of several true codes that wins."""
    return min(codes, key=PRECEDENCE.index, default=ExitCode.OK)
