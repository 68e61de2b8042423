"""Whose credentials are used: a profile's, the environment's, single sign-on's, or those of a role that they take on."""

import getpass
import os
import re
import sys
from functools import partial

import botocore.session
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import NoCredentialsError

from doctor.errors import AwsUnavailable, UsageError
from doctor.model.target import Target

_SESSION_NAME = "doctor"


_ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}")
_DEVICE = re.compile(r"[\w+=/:,.@-]{9,256}")
"""What STS takes."""


def _check(target: Target) -> None:
    """Refuse what STS would, before anything is asked.

    Raises:
        UsageError: a role, an external id or an MFA device is not of its form.
    """
    for name, value, form, words in (
        ("--role-arn", target.role_arn, _ROLE, "a role's ARN: arn:aws:iam::123456789012:role/NAME"),
        ("--external-id", target.external_id, _EXTERNAL_ID, "2 to 1224 letters, digits and +=,.@:/-"),
        ("--mfa-serial", target.mfa_serial, _DEVICE, "the ARN of an MFA device, or its serial number"),
    ):
        if value and not form.fullmatch(value):
            raise UsageError(f"{name} cannot be used: write {words}")


def session_of(target: Target) -> botocore.session.Session:
    """A session with the credentials that a target names: found by botocore, and traded for a role's if it names one.

    Raises:
        UsageError: what is to be said to STS is not of its form.
        AwsUnavailable: an MFA code is needed, and there is nobody to ask.
        BotoCoreError: the profile does not exist, or there are no credentials to take the role on with.
    """
    _check(target)
    core = botocore.session.Session(profile=target.profile or None)
    region = target.region or os.environ.get(
        "AWS_REGION"
    )  # as AWS's other tools do; botocore knows AWS_DEFAULT_REGION only
    if region:
        core.set_config_variable("region", region)
    _ask_on_terminals_only(core)
    if target.role_arn:
        core.register_component("credential_provider", CredentialResolver([_Role(core, target)]))
    return core


def _code(prompt: str) -> str:
    """Ask for an MFA code.

    Raises:
        AwsUnavailable: standard input is no terminal.
    """
    if not sys.stdin.isatty():
        raise AwsUnavailable(
            "an MFA code is needed, and is asked for on a terminal only; run doctor there, or export session credentials"
        )
    return getpass.getpass(prompt)


def _ask_on_terminals_only(core: botocore.session.Session) -> None:
    """Let the profile's own role ask the same way: botocore would open the terminal even under the screen."""
    provider = core.get_component("credential_provider").get_provider("assume-role")
    provider._prompter = _code  # noqa: SLF001 -- botocore offers no other way


class _Role(CredentialProvider):
    """A provider of a role's credentials, renewed before they end."""

    METHOD = "assume-role"
    CANONICAL_NAME = None

    def __init__(self, core: botocore.session.Session, target: Target) -> None:
        super().__init__(core)
        self._core = core
        self._target = target
        self._source = core.get_component("credential_provider")

    def load(self) -> DeferredRefreshableCredentials:
        """Return the credentials; the role is taken on when they are first used."""
        target = self._target
        source = self._source.load_credentials()
        if source is None:
            raise NoCredentialsError
        wanted = {"ExternalId": target.external_id, "SerialNumber": target.mfa_serial}
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=partial(self._core.create_client, endpoint_url=target.endpoint or None),
            source_credentials=source,
            role_arn=target.role_arn,
            extra_args={"RoleSessionName": _SESSION_NAME, **{key: value for key, value in wanted.items() if value}},
            mfa_prompter=_code,
        )
        return DeferredRefreshableCredentials(refresh_using=fetcher.fetch_credentials, method=self.METHOD)
