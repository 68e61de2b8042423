"""What GetAccountAuthorizationDetails tells of managed policies."""

from doctor.aws.embedded.addition import Addition, Proceed, Request, Result

addition = Addition(
    "authorization details", "moto's GetAccountAuthorizationDetails leaves out the names and ids of policies"
)


@addition.amends("iam", "GetAccountAuthorizationDetails")
def get_account_authorization_details(request: Request, proceed: Proceed) -> Result:
    """Take the names from the ARNs, and the ids from where moto keeps them."""
    from moto.iam.models import iam_backends
    from moto.utilities.utils import get_partition

    kept = iam_backends[request.account][get_partition(request.region)].managed_policies
    answer = proceed()
    for policy in answer.get("Policies", []):
        arn = policy["Arn"]
        policy["PolicyName"] = arn.rsplit("/", 1)[-1]
        if arn in kept:
            policy["PolicyId"] = kept[arn].id
    return answer
