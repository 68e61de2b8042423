"""Everything that doctor raises on purpose, as one tree.

::

    DoctorError                 one plain line: what, where, what to do
    ├── UsageError              a command line, a name or a file that the user gave is wrong
    │   ├── ConfigError         a configuration file is wrong
    │   ├── SnapshotError       a snapshot file is missing, broken or of another version
    │   ├── RuleError           a rule file cannot be loaded
    │   ├── InvalidRequest      an authorisation question cannot be asked like that (doctor.iam)
    │   ├── NotADestination     a destination cannot be read (doctor.network)
    │   └── UnknownFunction     no function of that name in the snapshot or the account
    ├── AwsUnavailable          AWS cannot be reached, or does not know who we are
    ├── EmbeddedError           the embedded account does not start, or is not ours
    ├── SandboxError            a handler cannot be run here at all
    └── ApplyError              a change was refused, failed or stopped part-way
        └── WorldChanged        the account is no longer what the fix was proved on

The message of each is one line that a person can act on; the command line prints it to stderr and ends with the exit
code that ``doctor.cli.exit`` lists for its class.
"""


class DoctorError(Exception):
    """Anything doctor raises on purpose; ``str()`` is the one line shown to the user."""


class Ended(SystemExit):
    """Whoever started doctor ends it: no rule's own ``sys.exit``, which is the rule's defect, is one."""


class UsageError(DoctorError):
    """What the user gave cannot be used."""


class ConfigError(UsageError):
    """A configuration file holds something that doctor does not know."""


class SnapshotError(UsageError):
    """A snapshot cannot be read: missing, truncated, malformed, or of a version that this doctor does not know."""


class RuleError(UsageError):
    """A rule file cannot be loaded, or is not a rule."""


class UnknownFunction(UsageError):
    """No function of that name is in the snapshot or in the account."""


class AwsUnavailable(DoctorError):
    """AWS cannot be reached, or the credentials are missing, expired or refused."""


class EmbeddedError(DoctorError):
    """The embedded account does not start, or an endpoint is not an embedded account that doctor started."""


class SandboxError(DoctorError):
    """This machine cannot run the handler at all: no interpreter, no runtime client, no isolation."""


class ApplyError(DoctorError):
    """A change was refused by AWS, or stopped part-way; the receipt says how far it came."""


class WorldChanged(ApplyError):
    """The account is no longer what the fix was proved on; nothing was sent."""
