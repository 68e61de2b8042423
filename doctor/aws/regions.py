"""Where an account has functions: one read in each region."""

from concurrent.futures import ThreadPoolExecutor

from doctor.aws.refusals import AwsError
from doctor.aws.session import Aws
from doctor.model.answers import RegionCount
from doctor.model.call import Call

_AT_ONCE = 8


def counted(aws: Aws) -> tuple[RegionCount, ...]:
    """Every region of the account's partition that Lambda is in: the most functions first, those that refused last."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda region: _counted(aws, region), aws.regions)
    return tuple(sorted(found, key=lambda one: (bool(one.error), -one.functions, one.region)))


def _counted(aws: Aws, region: str) -> RegionCount:
    try:
        answer = aws.call(Call(service="lambda", operation="GetAccountSettings", region=region))
    except AwsError as error:
        return RegionCount(region=region, error=str(error))
    return RegionCount(region=region, functions=answer.get("AccountUsage", {}).get("FunctionCount", 0))
