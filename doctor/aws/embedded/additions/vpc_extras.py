"""What belongs to VPCs in an account that uses none of it."""

from doctor.aws.embedded.addition import Addition, Request, Result

addition = Addition("VPC extras", "moto has no security groups in several VPCs and no encryption controls")


@addition.answers("ec2", "DescribeSecurityGroupVpcAssociations")
def describe_security_group_vpc_associations(_request: Request) -> Result:
    """Answer that every group is used in its own VPC only: it cannot be associated with another."""
    return {"SecurityGroupVpcAssociations": []}


@addition.answers("ec2", "DescribeVpcEncryptionControls")
def describe_vpc_encryption_controls(_request: Request) -> Result:
    """Answer that no VPC asks for encryption: no control can be made."""
    return {"VpcEncryptionControls": []}
