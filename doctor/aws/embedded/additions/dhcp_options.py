"""The DHCP options that a region begins with."""

from typing import Any

from moto.ec2.models import ec2_backends

from doctor.aws.embedded.addition import Addition, Proceed, Request, Result

addition = Addition(
    "DHCP options", "moto's new VPCs have no DHCP options, and a VPC that is deleted takes its set with it"
)


@addition.amends("ec2", "CreateVpc")
def create_vpc(request: Request, proceed: Proceed) -> Result:
    """Give a new VPC the region's own set, which names Amazon's resolver; it is made with the first VPC."""
    answer = proceed()
    ec2 = ec2_backends[request.account][request.region]
    options = _of_region(ec2, request.region)
    ec2.associate_dhcp_options(options, ec2.get_vpc(answer["Vpc"]["VpcId"]))
    answer["Vpc"]["DhcpOptionsId"] = options.id
    return answer


@addition.amends("ec2", "DeleteVpc")
def delete_vpc(request: Request, proceed: Proceed) -> Result:
    """Leave the set behind."""
    ec2 = ec2_backends[request.account][request.region]
    vpc = ec2.vpcs.get(request.parameters["VpcId"])
    if vpc is not None:
        ec2.disassociate_dhcp_options(vpc)
    return proceed()


def _of_region(ec2: Any, region: str) -> Any:
    """The set whose domain and name servers are Amazon's.

    See https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html
    """
    domain = "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
    usual = {"domain-name": [domain], "domain-name-servers": ["AmazonProvidedDNS"]}
    every = ec2.dhcp_options_sets.values()
    known = (one for one in every if {raw["Key"]: _values(raw) for raw in one.dhcp_configurations} == usual)
    return next(known, None) or ec2.create_dhcp_options(
        domain_name=usual["domain-name"], domain_name_servers=usual["domain-name-servers"]
    )


def _values(raw: Result) -> list[str]:
    return [value["Value"] for value in raw["Values"]]
