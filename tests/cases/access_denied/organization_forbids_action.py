from typing import Any

from doctor.model.organization import OrganizationPolicy, OrganizationTarget
from doctor.testing.world import ACCOUNT, allow, denied, deny, document, function, queue, role, succeeded, world

QUEUE = queue()
SEND = ("sqs:SendMessage", QUEUE.arn)
ROLE = role(allow("sqs:*"))
F = function(role=ROLE.arn)
POLICY = "arn:aws:organizations::999999999999:policy/o-1/service_control_policy/p-1"
EXPLICIT = f"with an explicit deny in a service control policy: {POLICY}"
IMPLICIT = "because no service control policy allows the sqs:SendMessage action"
RESOURCE = "with an explicit deny in a resource control policy"


def _account(*statements: dict[str, Any], kind: str = "SERVICE_CONTROL_POLICY") -> OrganizationTarget:
    policies = [("FullAWSAccess", allow("*"))] if kind != "SERVICE_CONTROL_POLICY" else []
    return OrganizationTarget(
        arn=f"arn:aws:organizations::999999999999:account/o-1/{ACCOUNT}",
        target_id=ACCOUNT,
        level=0,
        policies=(
            *(
                OrganizationPolicy(id="p-0", name=name, type="SERVICE_CONTROL_POLICY", content=document(one))
                for name, one in policies
            ),
            OrganizationPolicy(id="p-1", name="guard", type=kind, content=document(*statements)),
        ),
    )


BROKEN = {
    "a service control policy that cannot be read": world(F, ROLE, QUEUE, invocations=[denied(*SEND, EXPLICIT)]),
    "one that does not allow it, and cannot be read": world(F, ROLE, QUEUE, invocations=[denied(*SEND, IMPLICIT)]),
    "a resource control policy that cannot be read": world(F, ROLE, QUEUE, invocations=[denied(*SEND, RESOURCE)]),
    "a service control policy that was read": world(
        F, ROLE, QUEUE, _account(allow("*"), deny("sqs:*")), invocations=[denied(*SEND, EXPLICIT)]
    ),
    "one that allows other things only": world(
        F, ROLE, QUEUE, _account(allow("s3:*")), invocations=[denied(*SEND, IMPLICIT)]
    ),
    "a resource control policy that was read": world(
        F,
        ROLE,
        QUEUE,
        _account(allow("*"), deny("sqs:*", Principal="*"), kind="RESOURCE_CONTROL_POLICY"),
        invocations=[denied(*SEND, RESOURCE)],
    ),
}

HEALTHY = {
    "nothing was refused": world(F, ROLE, QUEUE, invocations=[succeeded()]),
    "the role's policies are what refuses": world(F, role(), QUEUE, invocations=[denied(*SEND)]),
    "mended since": world(F, ROLE, QUEUE, _account(allow("*")), invocations=[denied(*SEND, EXPLICIT)]),
    "another's credentials": world(F, ROLE, QUEUE, invocations=[denied(*SEND, EXPLICIT, caller="deployer/session")]),
}
