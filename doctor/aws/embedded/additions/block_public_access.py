"""VPC Block Public Access."""

from doctor.aws.embedded.addition import Addition, Request, Result
from doctor.model import arns

addition = Addition("Block Public Access", "moto has no Block Public Access of VPCs")

_modes: dict[tuple[str, str], str] = {}
"""By account and region: the mode that somebody set; off where nobody did."""
addition.on_reset(_modes.clear)


@addition.answers("ec2", "DescribeVpcBlockPublicAccessOptions")
def describe_options(request: Request) -> Result:
    """Answer the account's mode."""
    mode = _modes.get((request.account, request.region))
    options = {
        "AwsAccountId": request.account,
        "AwsRegion": request.region,
        "State": "default-state" if mode is None else "update-complete",
        "InternetGatewayBlockMode": mode or "off",
        "ManagedBy": "account",
        "ExclusionsAllowed": "allowed",
    }
    return {"VpcBlockPublicAccessOptions": options}


@addition.answers("ec2", "ModifyVpcBlockPublicAccessOptions")
def modify_options(request: Request) -> Result:
    """Set the account's mode, at once."""
    _modes[request.account, request.region] = request.parameters["InternetGatewayBlockMode"]
    return describe_options(request)


_exclusions: dict[tuple[str, str], dict[str, Result]] = {}
"""By account and region, and by id."""
addition.on_reset(_exclusions.clear)


@addition.answers("ec2", "DescribeVpcBlockPublicAccessExclusions")
def describe_exclusions(request: Request) -> Result:
    """Answer what is left out, as far as the filters and ids let it through."""
    told = request.parameters
    found = list(_exclusions.get((request.account, request.region), {}).values())
    if told.get("ExclusionIds"):
        found = [one for one in found if one["ExclusionId"] in told["ExclusionIds"]]
    for asked in told.get("Filters", ()):
        found = [one for one in found if _told(one, asked["Name"]) in asked["Values"]]
    return {"VpcBlockPublicAccessExclusions": found}


def _told(one: Result, name: str) -> str:
    """What an exclusion has under a filter's name."""
    if name.startswith("tag:"):
        return next((tag["Value"] for tag in one["Tags"] if tag["Key"] == name.removeprefix("tag:")), "")
    fields = {"resource-arn": "ResourceArn", "state": "State"}
    return str(one.get(fields.get(name, "")))


@addition.answers("ec2", "CreateVpcBlockPublicAccessExclusion")
def create_exclusion(request: Request) -> Result:
    """Leave a VPC or a subnet out, at once."""
    told = request.parameters
    kind, identifier = ("vpc", told["VpcId"]) if told.get("VpcId") else ("subnet", told["SubnetId"])
    every = _exclusions.setdefault((request.account, request.region), {})
    made = f"vpcbpa-exclude-{len(every):017x}"
    every[made] = {
        "ExclusionId": made,
        "InternetGatewayExclusionMode": told["InternetGatewayExclusionMode"],
        "ResourceArn": arns.ec2(request.region, request.account, kind, identifier),
        "State": "create-complete",
        "Tags": [tag for one in told.get("TagSpecifications", ()) for tag in one["Tags"]],
    }
    return {"VpcBlockPublicAccessExclusion": every[made]}


@addition.answers("ec2", "DeleteVpcBlockPublicAccessExclusion")
def delete_exclusion(request: Request) -> Result:
    """Leave it out no longer, at once; AWS goes on listing it for a while."""
    every = _exclusions.get((request.account, request.region), {})
    gone = every[request.parameters["ExclusionId"]]
    gone["State"] = "delete-complete"
    return {"VpcBlockPublicAccessExclusion": gone}
