"""The pollers of a broker's messages do not reach the brokers, or the services that they need.

Lambda's pollers of Kafka, MQ and DocumentDB stand in the subnets of the brokers, with the brokers' security groups: the function's own VPC has no part
in it. The brokers' group must admit itself, and, unless the poller is in provisioned mode, those subnets need a NAT gateway or endpoints of
Lambda and STS (and of Secrets Manager where a secret holds the credentials). The function is then never invoked.

Covers: esm-kafka-network
Fix: a rule by which the brokers' security group admits itself; endpoints or a NAT gateway for the brokers' subnets, or provisioned mode.
See: https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    BrokerPath,
    BrokerPaths,
    Confidence,
    Fix,
    Function,
    Problem,
    SecurityGroup,
    Severity,
    cite,
    rule,
    security_groups,
)

BY_GROUP = ("ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES")
LEG = "DR_ESM_POLLER_NO_PATH"


@rule(Severity.CRITICAL)
def brokers_not_reached(function: Function, broker_paths: BrokerPaths) -> Iterator[Problem]:  # noqa: ARG001 -- for each function
    for path in broker_paths.all:
        stopped = [one for one in path.trace.blockers if one.verdict in ("drop", "partial")]
        if not stopped or path.mapping.state == "Disabled":
            continue
        details = "; ".join(dict.fromkeys(f"{one.component}: {one.detail}" for one in stopped))
        to_services = all(one.code == LEG for one in stopped)
        what = "the services that they call" if to_services else "its brokers"
        said = path.mapping.last_processing_result.startswith("PROBLEM")
        yield Problem(
            message=f"the pollers of {path.mapping.event_source_arn or 'the brokers'} do not reach {what}: {details}",
            evidence=(cite(path.mapping, "event_source_arn"), cite(path.mapping, "last_processing_result")),
            fixes=tuple(_fixes(path, broker_paths)),
            confidence=Confidence.CERTAIN if said else Confidence.LIKELY,
        )


def _fixes(path: BrokerPath, known: BrokerPaths) -> Iterator[Fix]:
    groups = [one.component for one in path.trace.blockers if one.code in BY_GROUP and one.direction == "ingress"]
    others = [one for one in path.trace.blockers if one.component not in groups]
    group = dict(known.resources).get(groups[0]) if groups else None
    if isinstance(group, SecurityGroup) and not others:
        step = security_groups.let_in(group, path.trace.port, "group", group.group_id)
        yield Fix(
            title=f"let {group.group_id} admit itself on port {path.trace.port}",
            steps=(step,),
            risk=f"everything that has {group.group_id} can then connect to the brokers",
        )
        return
    yield Fix(
        title="give the brokers' subnets endpoints of Lambda and STS or a NAT gateway, and let their security group admit itself",
        applicability=Applicability.MANUAL,
        note="the provisioned mode of a Kafka poller needs neither endpoints nor a NAT gateway",
    )
