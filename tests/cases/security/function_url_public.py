from doctor.model.invoking import FunctionUrlConfig
from doctor.testing.world import alias, function, world

URL = "https://a1b2c3.lambda-url.eu-west-1.on.aws/"
KIND = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}


def url(auth):
    return FunctionUrlConfig(function_url=URL, auth_type=auth)


def lets(principal, *, effect="Allow", action="lambda:InvokeFunctionUrl", condition=KIND):
    statement = {"Effect": effect, "Principal": principal, "Action": action, "Condition": condition}
    return {"Statement": [statement]}


def seen(auth, policy):
    return world(function(function_url_config=url(auth), policy=policy))


V4 = function(version="4")
BROKEN = {
    "as the console sets it up": seen("NONE", lets("*")),
    "another spelling of everybody": seen("NONE", lets({"AWS": "*"})),
    "no condition": seen("NONE", lets("*", condition={})),
    "an alias's URL": world(function(), V4, alias("live", V4, function_url_config=url("NONE"), policy=lets("*"))),
}
HEALTHY = {
    "callers sign": seen("AWS_IAM", lets("*", condition={"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}})),
    "nobody is let in: the URL answers 403": seen("NONE", None),
    "one account is let in": seen("NONE", lets({"AWS": "arn:aws:iam::111122223333:root"})),
    "from one network only": seen("NONE", lets("*", condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
    "everybody is denied": seen("NONE", lets("*", effect="Deny")),
    "no URL": world(function(policy=lets("*"))),
}
