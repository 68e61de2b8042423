"""Which of a handler's calls the real account may be asked: those that read, and nothing else.

Two judges must agree: the operation's name, and IAM's access level of every action that it needs. What is called a read
and yet changes something, or hands out a secret, is none here.
"""

from collections.abc import Sequence

from doctor.iam import catalogue
from doctor.model.call import Call
from doctor.model.decision import Decision

_NAMES = ("Get", "List", "Describe", "Head", "BatchGet", "Query", "Scan", "Search", "Lookup", "TransactGet")
_LEVELS = ("Read", "List")
_CHANGING = frozenset(
    {
        "sqs:ReceiveMessage",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "dynamodb:GetRecords",
        "glue:GetConnection",
        "logs:GetQueryResults",
        "codeartifact:GetAuthorizationToken",
    }
)
"""They hide messages, use up a reader's share, or answer what another call began."""
_SECRET = frozenset(
    {
        "secretsmanager:GetSecretValue",
        "secretsmanager:BatchGetSecretValue",
        "secretsmanager:GetRandomPassword",
        "ssm:GetParameter",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
        "ssm:GetParameterHistory",
        "ecr:GetAuthorizationToken",
        "ecr-public:GetAuthorizationToken",
        "cognito-identity:GetCredentialsForIdentity",
        "cognito-identity:GetOpenIdToken",
        "lambda:GetFunction",
        "lambda:GetFunctionConfiguration",
        "redshift:GetClusterCredentials",
        "sts:GetSessionToken",
        "sts:GetFederationToken",
    }
)
"""What they answer must not lie around in a handler's log on somebody's machine."""


def kept_from(call: Call, decisions: Sequence[Decision]) -> str:
    """Why a call is not for the real account; empty: it only reads."""
    if call.name in _SECRET:
        return "it hands out a secret or credentials"
    if call.name in _CHANGING:
        return "reading changes something there"
    if not call.operation.startswith(_NAMES):
        return "it is no read by its name"
    for one in decisions:
        action = catalogue.action(one.action)
        if action is None or action.access_level not in _LEVELS:
            level = "an unknown" if action is None else f"the access level {action.access_level or 'unknown'}"
            return f"it needs {one.action}, which has {level}"
        if one.action in _SECRET:
            return f"it needs {one.action}, which hands out a secret or credentials"
    return "" if decisions else "what it needs is not known"
