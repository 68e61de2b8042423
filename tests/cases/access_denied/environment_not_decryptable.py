from msgspec.structs import replace

from doctor.model.sources import Key
from doctor.testing.world import ACCOUNT, REGION, allow, deny, document, function, gap, role, world

ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123"
TRUSTING = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
KEY = Key(arn=ARN, key_id="0123", key_state="Enabled", policy=document(TRUSTING))
BARE = role()
F = function(role=BARE.arn, kms_key_arn=ARN)
READER = role(allow("kms:Decrypt", ARN))
OF_OLD_ROLE = replace(KEY, grants=({"GranteePrincipal": "AROAOLDOLDOLDOLDOLDO", "Operations": ["Decrypt"]},))
FOR_ROLE = replace(KEY, grants=({"GranteePrincipal": BARE.arn, "Operations": ["Decrypt", "Encrypt"]},))
CLOSED = replace(KEY, policy=document({**TRUSTING, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/root"}}))

BROKEN = {
    "nothing lets the role": world(F, BARE, KEY),
    "Lambda says so": world(
        function(role=BARE.arn, kms_key_arn=ARN, state="Inactive", state_reason_code="KMSKeyAccessDenied"), BARE, KEY
    ),
    "the grant names a role that was deleted": world(F, BARE, OF_OLD_ROLE),
    "the key trusts nobody": world(F, READER, CLOSED),
    "a Deny": world(F, role(allow("kms:*"), deny("kms:Decrypt")), KEY),
    "the key is disabled": world(F, READER, replace(KEY, key_state="Disabled", enabled=False)),
    "the key is to be deleted": world(F, READER, replace(KEY, key_state="PendingDeletion", enabled=False)),
    "the key is gone": world(F, READER, gaps=[gap("kms:DescribeKey", ARN, "absent")]),
}

HEALTHY = {
    "the role may": world(F, READER, KEY),
    "a grant names the role": world(F, BARE, FOR_ROLE),
    "the key's policy names the role": world(
        F, BARE, replace(KEY, policy=document(TRUSTING, {**TRUSTING, "Principal": {"AWS": BARE.arn}}))
    ),
    "there is no key of its own": world(function(role=BARE.arn), BARE),
    "another function's key is disabled": world(
        function(role=BARE.arn), function("g", role=BARE.arn), BARE, replace(KEY, key_state="Disabled")
    ),
}
