from msgspec.structs import replace

from doctor.testing.world import ACCOUNT, REGION, document, function, gap, role, world

F = function(role=role().arn)


def _trusting(service="lambda.amazonaws.com", effect="Allow", action="sts:AssumeRole", **condition):
    statement = {"Effect": effect, "Principal": {"Service": service}, "Action": action}
    return {**statement, **({"Condition": condition} if condition else {})}


def _role(*statements):
    return replace(role(), assume_role_policy_document=document(*statements))


ELSEWHERE = {"ArnLike": {"aws:SourceArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other"}}
HERE = {"ArnLike": {"aws:SourceArn": F.arn}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}
PEOPLE = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}

BROKEN = {
    "another service may": world(F, _role(_trusting("edgelambda.amazonaws.com"))),
    "people may": world(F, _role(PEOPLE)),
    "it may do something else": world(F, _role(_trusting(action="sts:TagSession"))),
    "for another function only": world(F, _role(_trusting(**ELSEWHERE))),
    "for another account only": world(F, _role(_trusting(StringEquals={"aws:SourceAccount": "444455556666"}))),
    "it is denied": world(F, _role(_trusting(), _trusting(effect="Deny"))),
    "the role is gone": world(F, gaps=[gap("iam:GetRole", F.role, "absent")]),
}

HEALTHY = {
    "Lambda may": world(F, _role(_trusting())),
    "Lambda may, and others too": world(F, _role(PEOPLE, _trusting(["apigateway.amazonaws.com", "lambda.amazonaws.com"]))),
    "for this function": world(F, _role(_trusting(**HERE))),
    "another function's role is gone": world(F, _role(_trusting()), gaps=[gap("iam:GetRole", role(name="x").arn, "absent")]),
}  # fmt: skip
