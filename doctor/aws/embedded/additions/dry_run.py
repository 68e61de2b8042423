"""Dry runs of changes to a network."""

from doctor.aws.embedded.addition import Addition, Proceed, Refused, Request, Result

addition = Addition("dry run", "moto ignores DryRun for these operations and carries them out")


@addition.amends(
    "ec2",
    "CreateNatGateway",
    "CreateNetworkAclEntry",
    "CreateRoute",
    "CreateVpcEndpoint",
    "DeleteNatGateway",
    "DeleteNetworkAclEntry",
    "DeleteRoute",
    "DeleteVpcEndpoints",
    "ModifyVpcEndpoint",
    "ReplaceNetworkAclEntry",
    "ReplaceRoute",
)
def refuse_dry_run(request: Request, proceed: Proceed) -> Result:
    """Answer a dry run as one that would have been allowed."""
    if request.parameters.get("DryRun"):
        raise Refused("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", status=412)
    return proceed()
