"""VPC Block Public Access."""

from doctor.aws.embedded.addition import Addition, Request, Result

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


@addition.answers("ec2", "DescribeVpcBlockPublicAccessExclusions")
def describe_exclusions(_request: Request) -> Result:
    """Answer that nothing is left out: exclusions cannot be made."""
    return {"VpcBlockPublicAccessExclusions": []}
