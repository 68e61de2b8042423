from doctor.model.function import Environment, SnapStart
from doctor.model.redaction import redact
from doctor.testing.world import ACCOUNT, REGION, denied, function, raised, role, succeeded, world

BARE = role()
F = function(role=BARE.arn)
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"


def _with(**variables):
    return function(
        role=BARE.arn, environment=Environment(variables={name: redact(one, b"k") for name, one in variables.items()})
    )


def _refused(code, text="The security token included in the request is invalid."):
    return raised("ClientError", f"An error occurred ({code}) when calling the PutItem operation: {text}")


USER = f"User: arn:aws:iam::{ACCOUNT}:user/deployer is not authorized to perform: dynamodb:PutItem on resource: {TABLE}"

BROKEN = {
    "a variable holds an access key": world(_with(UPLOAD_KEY="AKIA" + "Q" * 16), BARE),
    "a call was made as a user": world(F, BARE, invocations=[raised("AccessDeniedException", USER)]),
    "AWS does not know the key": world(F, BARE, invocations=[_refused("UnrecognizedClientException")]),
    "the signature is wrong": world(F, BARE, invocations=[_refused("SignatureDoesNotMatch"), succeeded(ago=60)]),
    "the session has expired": world(F, BARE, invocations=[_refused("ExpiredTokenException")]),
    "a variable, and AWS refuses": world(
        _with(KEY="AKIA" + "Q" * 16), BARE, invocations=[_refused("InvalidClientTokenId")]
    ),
}

HEALTHY = {
    "a session of SnapStart has expired": world(
        function(role=BARE.arn, snap_start=SnapStart(apply_on="PublishedVersions")),
        BARE,
        invocations=[_refused("ExpiredTokenException")],
    ),
    "another secret": world(_with(PASSWORD="hunter2 and more", TOKEN="eyJabcdefghijk.abcdefghijkl.abc"), BARE),
    "the role itself was refused": world(F, BARE, invocations=[denied("dynamodb:PutItem", TABLE)]),
    "a role that it took on was refused": world(
        F, BARE, invocations=[denied("dynamodb:PutItem", TABLE, caller="tenant/session")]
    ),
    "nothing was refused": world(F, BARE, invocations=[succeeded()]),
}
