from doctor.testing.world import ACCOUNT, REGION, denied, function, raised, role, succeeded, world

PUT = ("dynamodb:PutItem", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders")
BARE = role()
F = function(role=BARE.arn)
IMPLICIT = "because no session policy allows the dynamodb:PutItem action"

BROKEN = {
    "it allows too little": world(F, BARE, invocations=[denied(*PUT, IMPLICIT, caller="tenant/session")]),
    "it denies": world(
        F, BARE, invocations=[denied(*PUT, "with an explicit deny in a session policy", caller="tenant/session")]
    ),
}

HEALTHY = {
    "the role's own policies are what refuses": world(F, BARE, invocations=[denied(*PUT, caller="tenant/session")]),
    "a boundary is what refuses": world(
        F, BARE, invocations=[denied(*PUT, "with an explicit deny in a permissions boundary", caller="tenant/s")]
    ),
    "an error that only speaks of a session": world(F, BARE, invocations=[raised("AccessDenied", "session expired")]),
    "nothing was refused": world(F, BARE, invocations=[succeeded()]),
}
