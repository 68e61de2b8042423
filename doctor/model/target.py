"""What the user points doctor at."""

from doctor.model.record import Record


class Target(Record):
    """An account, the embedded account, or a snapshot on disk; and which functions of it."""

    demo: bool = False
    """The embedded account, with the shipped incident in it."""
    snapshot: str = ""
    """Path of a snapshot file or folder: nothing is read from AWS then."""
    profile: str = ""
    region: str = ""
    role_arn: str = ""
    """A role to take on, with the credentials that are found."""
    external_id: str = ""
    """What the role's trust policy wants to hear, if anything."""
    mfa_serial: str = ""
    """The MFA device whose code the role's trust policy wants; it is asked for on a terminal."""
    endpoint: str = ""
    """Where AWS answers; empty: where boto3 would look, ``AWS_ENDPOINT_URL`` included."""
    functions: tuple[str, ...] = ()
    """Function names; empty means all."""
    window: int = 10_800
    """Seconds of logs and metrics."""
    server: int = 0
    """With ``demo``: the process that is about to serve the embedded account; 0: any that does, or a private one."""
