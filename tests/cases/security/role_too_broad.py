from doctor.testing.world import allow, function, managed, role, world

ADMIN = managed("admin", allow("*"))
F = function(role=role().arn)

BROKEN = {
    "everything": world(F, role(allow("*"))),
    "everything with a service": world(F, role(allow("dynamodb:*"))),
    "by a managed policy": world(F, role(attached=[ADMIN]), ADMIN),
}

HEALTHY = {
    "everything with one table": world(F, role(allow("dynamodb:*", "arn:aws:dynamodb:eu-west-1:1:table/t"))),
    "some actions": world(F, role(allow("dynamodb:Get*"))),
    "for this function's code alone": world(
        F, role(allow("*", Condition={"ArnEquals": {"lambda:SourceFunctionArn": F.arn}}))
    ),
    "nothing": world(F, role()),
}
