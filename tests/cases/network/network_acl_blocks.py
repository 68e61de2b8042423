from doctor.testing.world import gap, raised, succeeded, world
from tests.cases.network.no_way_out import BY_NAT, HUNG, calling
from tests.networks import ALL, ANY, DB_HOST, but, database, denying, network

F = calling()
ON_DB = calling(variables={"DB_HOST": DB_HOST})
URL = "https://sqs.eu-west-1.amazonaws.com/"


def guarded(*entries, **more):
    """The usual network with a NAT gateway, whose ACL denies this before it admits the rest."""
    return but(network(BY_NAT, nat="available", **more), "acl-1", entries=denying(*entries))


BROKEN = {
    "requests": world(F, *guarded((50, True, ANY, "6", (443, 443))), invocations=HUNG),
    "answers": world(F, *guarded((50, False, ANY, "6", (1024, 65535))), invocations=HUNG),
    "a part of the answers": world(F, *guarded((50, False, ANY, "6", (32768, 65535))), invocations=HUNG),
    "both": world(
        F, *guarded((50, False, ANY, "6", (1024, 65535)), (50, True, ANY, "6", (443, 443))), invocations=HUNG
    ),
    "there are no entries": world(F, *but(network(BY_NAT, nat="available"), "acl-1", entries=()), invocations=HUNG),
    "a database in the other subnet": world(
        ON_DB, *guarded((50, True, "10.0.1.0/24", "6", (5432, 5432))), *database(admits=(ALL,)), invocations=HUNG
    ),
    "no number is left before it": world(F, *guarded((1, True, ANY, "6", (443, 443))), invocations=HUNG),
    "the SDK gave up first": world(
        F,
        *guarded((50, True, ANY, "6", (443, 443))),
        invocations=[raised("ConnectTimeoutError", f'Connect timeout on endpoint URL: "{URL}"')],
    ),
}

HEALTHY = {
    "everything is admitted": world(F, *guarded(), invocations=HUNG),
    "another port is denied": world(F, *guarded((50, True, ANY, "6", (22, 22))), invocations=HUNG),
    "UDP is denied": world(F, *guarded((50, True, ANY, "17", (1024, 65535))), invocations=HUNG),
    "denied after it was admitted": world(F, *guarded((200, True, ANY, "6", (443, 443))), invocations=HUNG),
    "denied, and it never hung": world(F, *guarded((50, True, ANY, "6", (443, 443))), invocations=[succeeded()]),
    "a security group, not an ACL": world(F, *guarded(egress=()), invocations=HUNG),
    "no VPC": world(calling(vpc_config=type(F.vpc_config)()), invocations=HUNG, gaps=[gap("ec2:DescribeVpcs")]),
}
