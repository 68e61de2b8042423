from msgspec.structs import replace

from doctor.model.sources import Key
from doctor.testing.world import ACCOUNT, REGION, allow, denied, deny, document, function, queue, role, succeeded, world

QUEUE = queue()
FOREIGN = "arn:aws:sqs:eu-west-1:444455556666:theirs"
SEND = "sqs:SendMessage"
ROLE = role(allow("sqs:*"), allow("sts:AssumeRole"))
F = function(role=ROLE.arn)
IMPLICIT = "because no resource-based policy allows the sqs:SendMessage action"
EXPLICIT = "with an explicit deny in a resource-based policy"
UNTRUSTED = "because no role trust policy allows the sts:AssumeRole action"
TARGET = role(name="target")

KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123"
ADMIN_ONLY = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/admin"}}
KEY = Key(arn=KEY_ARN, key_id="0123", key_state="Enabled", policy=document(ADMIN_ONLY))
NO_KEY_POLICY = "because no resource-based policy allows the kms:Decrypt action"


def _trusting(principal: str) -> dict[str, object]:
    return document({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"})


BROKEN = {
    "the queue's policy denies it": world(
        F,
        ROLE,
        queue(policy=document(deny(SEND, QUEUE.arn, Principal="*"))),
        invocations=[denied(SEND, QUEUE.arn, EXPLICIT)],
    ),
    "another account's queue, whose policy nobody here can see": world(
        F, ROLE, invocations=[denied(SEND, FOREIGN, IMPLICIT)]
    ),
    "a bucket that turns out to be another account's": world(
        F, role(allow("s3:*")), invocations=[denied("s3:GetObject", "arn:aws:s3:::theirs/a.csv", IMPLICIT)]
    ),
    "a key whose policy does not leave it to the account": world(
        F,
        role(allow("kms:*")),
        KEY,
        invocations=[denied("kms:Decrypt", KEY_ARN, NO_KEY_POLICY)],
    ),
    "a key's policy and the role's": world(F, role(), KEY, invocations=[denied("kms:Decrypt", KEY_ARN, NO_KEY_POLICY)]),
    "a role that trusts somebody else": world(
        F,
        ROLE,
        replace(TARGET, assume_role_policy_document=_trusting("arn:aws:iam::111122223333:role/other")),
        invocations=[denied("sts:AssumeRole", TARGET.arn, UNTRUSTED)],
    ),
}

HEALTHY = {
    "nothing was refused": world(F, ROLE, invocations=[succeeded()]),
    "in the same account a queue without a policy lets the role's policies decide": world(
        F, role(), QUEUE, invocations=[denied(SEND, QUEUE.arn)]
    ),
    "the role's policies are what refuses, the other account's queue is open": world(
        F, role(), invocations=[denied(SEND, FOREIGN)]
    ),
    "a key whose policy names the role by now": world(
        F,
        role(),
        replace(KEY, policy=document(ADMIN_ONLY, {**allow("kms:Decrypt"), "Principal": {"AWS": ROLE.arn}})),
        invocations=[denied("kms:Decrypt", KEY_ARN, NO_KEY_POLICY)],
    ),
    "mended since": world(F, ROLE, QUEUE, invocations=[denied(SEND, QUEUE.arn, EXPLICIT)]),
    "a role that trusts this one by now": world(
        F,
        ROLE,
        replace(TARGET, assume_role_policy_document=_trusting(ROLE.arn)),
        invocations=[denied("sts:AssumeRole", TARGET.arn, UNTRUSTED)],
    ),
    "another's credentials": world(F, ROLE, invocations=[denied(SEND, FOREIGN, IMPLICIT, caller="deployer/session")]),
}
