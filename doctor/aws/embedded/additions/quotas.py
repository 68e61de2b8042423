"""The quota on concurrent executions."""

from doctor.aws.embedded.addition import Addition, Refused, Request, Result
from doctor.aws.embedded.additions.concurrency import DEFAULT_LIMIT, limit

addition = Addition("service quotas", "moto knows no quota of Lambda's")

_CODE = "L-B99A9384"


@addition.answers("service-quotas", "GetServiceQuota")
def get(request: Request) -> Result:
    """Answer the limit in force."""
    return {"Quota": _quota(request, limit(request.account, request.region))}


@addition.answers("service-quotas", "GetAWSDefaultServiceQuota")
def get_default(request: Request) -> Result:
    """Answer the limit of a new account."""
    return {"Quota": _quota(request, DEFAULT_LIMIT)}


@addition.answers("service-quotas", "ListServiceQuotas")
def list_quotas(request: Request) -> Result:
    """Answer the one quota that there is."""
    known = request.parameters["ServiceCode"] == "lambda"
    return {"Quotas": [_entry(request, limit(request.account, request.region))] if known else []}


def _quota(request: Request, value: int) -> Result:
    if (request.parameters["ServiceCode"], request.parameters["QuotaCode"]) != ("lambda", _CODE):
        raise Refused("NoSuchResourceException", "The embedded account knows only Lambda's concurrent executions.")
    return _entry(request, value)


def _entry(request: Request, value: int) -> Result:
    return {
        "ServiceCode": "lambda",
        "ServiceName": "AWS Lambda",
        "QuotaArn": f"arn:aws:servicequotas:{request.region}:{request.account}:lambda/{_CODE}",
        "QuotaCode": _CODE,
        "QuotaName": "Concurrent executions",
        "Value": float(value),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }
