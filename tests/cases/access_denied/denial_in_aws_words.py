from doctor.testing.world import ACCOUNT, allow, denied, function, gap, raised, role, succeeded, world

R = role(allow("dynamodb:GetItem"))
F = function(role=R.arn)
UNREAD = [gap("iam:GetRole", R.arn)]
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"
PUT = "dynamodb:PutItem"


def refused(reason="", **told):
    return denied(PUT, TABLE, reason, **told)


def unread(*those):
    return world(F, invocations=those, gaps=UNREAD)


BROKEN = {
    "no policy of the role": unread(refused()),
    "a boundary": unread(refused(f"because no permissions boundary allows the {PUT} action")),
    "a Deny of the organization": unread(refused("with an explicit deny in a service control policy")),
    "a Deny of a policy that it names": unread(
        refused(f"with an explicit deny in an identity-based policy: arn:aws:iam::{ACCOUNT}:policy/no-writes")
    ),
    "a Deny of it does not say which policy": unread(refused("with an explicit deny")),
    "the resource's own policy": unread(refused(f"because no resource-based policy allows the {PUT} action")),
    "no reason": unread(refused(" ")),
    "two actions": unread(refused(ago=900), denied("dynamodb:DeleteItem", TABLE)),
}
HEALTHY = {
    "the role was read: its rules speak": world(F, R, invocations=[refused()]),
    "nothing is refused": unread(succeeded()),
    "another error": unread(raised("KeyError", "'x'")),
    "refused without saying what": unread(
        raised("ClientError", "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied")
    ),
}
