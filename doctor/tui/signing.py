"""Sign in where a profile does that in a browser: AWS's own command, in the terminal that is the user's meanwhile."""

import shutil
import subprocess

_COMMAND = "aws"


def command(profile: str) -> list[str]:
    """What signs a profile in."""
    return [_COMMAND, "sso", "login", "--profile", profile]


def sign_in(profile: str) -> str:
    """Run it; returns what to say when that failed."""
    if shutil.which(_COMMAND) is None:
        return f"the AWS CLI is not here: run '{' '.join(command(profile))}' where it is"
    try:
        done = subprocess.run(command(profile), check=False)
    except OSError as error:
        return f"{_COMMAND}: {error.strerror}"
    return f"{_COMMAND} sso login ended with {done.returncode}" if done.returncode else ""
