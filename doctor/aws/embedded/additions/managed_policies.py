"""Policies that AWS manages."""

from moto.core.utils import utcnow
from moto.iam.models import AWSManagedPolicy, iam_backends
from moto.utilities.utils import get_partition

from doctor.aws.embedded.addition import Addition, ControlError, Request

addition = Addition(
    "managed policies", "moto has none of AWS's managed policies unless it loads all of them, for 0.8 s and 34 MB"
)


@addition.action("Arn", "Document", optional=("VersionId",))
def put_managed_policy(request: Request) -> None:
    """Make a policy that AWS manages exist, so that it can be attached: its ARN, and its document as an object."""
    arn = request.parameters["Arn"]
    owner, _, name = arn.partition(":policy/")
    if not owner.endswith(":iam::aws") or not name:
        raise ControlError(f"{arn} is not the ARN of a policy that AWS manages")
    path, _, name = name.rpartition("/")
    moment = utcnow().isoformat()
    data = {
        "DefaultVersionId": request.parameters.get("VersionId", "v1"),
        "Path": f"/{path}/" if path else "/",
        "Document": request.parameters["Document"],
        "CreateDate": moment,
        "UpdateDate": moment,
    }
    policy = AWSManagedPolicy.from_data(name, request.account, request.region, data)
    backend = iam_backends[request.account][get_partition(request.region)]
    backend.managed_policies[policy.arn] = policy
