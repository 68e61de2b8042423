from doctor.model.balancing import TargetDescription, TargetGroup, TargetHealthDescription
from doctor.model.package import Answer, HandlerCode, Package
from doctor.model.sources import Api, Integration
from doctor.testing.world import ACCOUNT, REGION, alias, function, raised, succeeded, timed_out, world


def returning(*answers, **fields):
    """A function whose handler returns these, each on a line of its own."""
    told = [Answer(path="app.py", line=12 + number, function="handler", **one) for number, one in enumerate(answers)]
    code = HandlerCode(module="app", path="app.py", function="handler", defined=True, answers=tuple(told))
    return function(package=Package(files=1, unzipped_size=9, top_level=("app.py",), handler=code), **fields)


def api(target, protocol="REST", kind="AWS_PROXY", **more):
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{target.arn}/invocations"
    way = Integration(route="POST /orders", integration_type=kind, uri=uri, **more)
    return Api(
        arn=f"arn:aws:apigateway:{REGION}::/restapis/k3v9",
        api_id="k3v9",
        name="shop",
        protocol_type=protocol,
        integrations=(way,),
    )


def balanced(target):
    return TargetGroup(
        target_group_arn=f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/shop/0123456789abcdef",
        target_group_name="shop",
        target_health_descriptions=(TargetHealthDescription(target=TargetDescription(id=target.arn)),),
    )


TEXT = returning({"form": "text"})
BARE = returning({"form": "object", "others": 2})
GOOD = returning({"form": "object", "body": "text"})
UNTOLD = returning({"form": "unknown"})
V4 = returning({"form": "list"}, version="4")
LIVE = alias("live", V4)

BROKEN = {
    "text": world(TEXT, api(TEXT), invocations=[succeeded()]),
    "an object of fields of its own": world(BARE, api(BARE), invocations=[succeeded()]),
    "a body that is an object": world(
        (one := returning({"form": "object", "body": "object"})), api(one), invocations=[succeeded()]
    ),
    "nothing": world((one := returning({"form": "nothing"})), api(one)),
    "one of two answers": world((one := returning({"form": "object", "body": "text"}, {"form": "text"})), api(one)),
    "a load balancer wants an object": world(TEXT, balanced(TEXT), invocations=[succeeded()]),
    "the API invokes an alias": world(function(), V4, LIVE, api(LIVE)),
}
HEALTHY = {
    "a response": world(GOOD, api(GOOD), invocations=[succeeded()]),
    "none of its fields is mandatory": world((one := returning({"form": "object"})), api(one)),
    "what the code makes while it runs": world(UNTOLD, api(UNTOLD), invocations=[succeeded()]),
    "the function fails: its own error": world(GOOD, api(GOOD), invocations=[raised("KeyError", "'x'")]),
    "a permission is missing, which is a 500": world(GOOD, api(GOOD)),
    "slower than API Gateway waits, which is a 504": world(GOOD, api(GOOD), invocations=[succeeded(40)]),
    "stopped at its own timeout": world(GOOD, api(GOOD), invocations=[timed_out()]),
    "too large an answer": world(GOOD, api(GOOD), invocations=[raised("Function.ResponseSizeTooLarge", "too large")]),
    "an HTTP API takes any JSON": world(TEXT, api(TEXT, "HTTP", payload_format_version="2.0")),
    "an integration with templates of its own": world(TEXT, api(TEXT, kind="AWS")),
    "a load balancer takes other fields": world(BARE, balanced(BARE), invocations=[succeeded()]),
    "no API invokes it": world(TEXT, invocations=[succeeded()]),
    "the package was not read": world(function(), api(function())),
}
