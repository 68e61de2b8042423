from doctor.testing.world import ACCOUNT, alias, function, world

TRIGGER = {
    "Sid": "nightly",
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Condition": {"ArnLike": {"AWS:SourceArn": f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/nightly"}},
}


def lets(principal, *, effect="Allow", action="lambda:InvokeFunction", condition=None, of="f"):
    statement = {"Sid": "hurry", "Effect": effect, "Principal": principal, "Action": action}
    arn = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{of}"
    statement |= {"Resource": arn} | ({"Condition": condition} if condition else {})
    return {"Version": "2012-10-17", "Id": "default", "Statement": [statement, {**TRIGGER, "Resource": arn}]}


V4 = function(version="4")
BROKEN = {
    "beside a trigger's own statement": world(function(policy=lets("*"))),
    "an alias's policy": world(function(), V4, alias("live", V4, policy=lets("*", of="f:live"))),
}
HEALTHY = {
    "no policy": world(function()),
    "one account": world(function(policy=lets({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))),
    "one organization": world(function(policy=lets("*", condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))),
    "everybody is denied": world(function(policy=lets("*", effect="Deny"))),
    "by its URL only, which is another finding": world(function(policy=lets("*", action="lambda:InvokeFunctionUrl"))),
}
