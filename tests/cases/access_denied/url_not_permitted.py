from msgspec.structs import replace

from doctor.model.invoking import FunctionUrlConfig
from doctor.testing.world import ACCOUNT, alias, document, function, world

FOREIGN = "444455556666"


def _url(auth_type="NONE"):
    return FunctionUrlConfig(function_url="https://abc.lambda-url.eu-west-1.on.aws/", auth_type=auth_type)


def _lets(owner, *statements):
    return replace(owner, policy=document(*({**one, "Resource": owner.arn} for one in statements)))


def _may(action, principal="*", **condition):
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition}


CALL = _may("lambda:InvokeFunctionUrl", StringEquals={"lambda:FunctionUrlAuthType": "NONE"})
INVOKE = _may("lambda:InvokeFunction", Bool={"lambda:InvokedViaFunctionUrl": "true"})
OPEN = function(function_url_config=_url())
SIGNED = function(function_url_config=_url("AWS_IAM"))
V1 = function("live", version="1")
LIVE = alias("live", V1, function_url_config=_url())


def _as(account, action, **condition):
    return _may(action, {"AWS": f"arn:aws:iam::{account}:root"}, **condition)


IAM = {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
BY_URL = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}

BROKEN = {
    "there is no policy": world(OPEN),
    "everybody may call, and not invoke": world(_lets(OPEN, CALL)),
    "everybody may invoke, and not call": world(_lets(OPEN, INVOKE)),
    "everybody may call with a signature, and none is asked for": world(
        _lets(OPEN, _may("lambda:InvokeFunctionUrl", **IAM), INVOKE)
    ),
    "the alias has the URL, the function has the permissions": world(_lets(function("live"), CALL, INVOKE), V1, LIVE),
    "another account may call, and not invoke": world(_lets(SIGNED, _as(FOREIGN, "lambda:InvokeFunctionUrl", **IAM))),
    "this account's callers may call; whether they may invoke is for their own policies": world(
        _lets(SIGNED, _as(ACCOUNT, "lambda:InvokeFunctionUrl", **IAM))
    ),
}

HEALTHY = {
    "both": world(_lets(OPEN, CALL, INVOKE)),
    "everybody may invoke in any way": world(_lets(OPEN, CALL, _may("lambda:InvokeFunction"))),
    "there is no URL": world(function()),
    "another account may do both": world(
        _lets(
            SIGNED,
            _as(FOREIGN, "lambda:InvokeFunctionUrl", **IAM),
            _as(FOREIGN, "lambda:InvokeFunction", **BY_URL),
        )
    ),
    "callers go by their own policies": world(SIGNED),
    "both, on the alias": world(function("live"), V1, _lets(LIVE, CALL, INVOKE)),
}
