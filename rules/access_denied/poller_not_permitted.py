"""A poller may not read its source: the function's role does not let it.

Lambda reads queues, streams and brokers with the function's role. Without the permission a poller is not made, and one that was made before
stops: its backlog grows, the function is never invoked, and its log says nothing. An encrypted queue or stream also needs kms:Decrypt on its
key, by way of its service; a queue with SQS's own encryption, or with the key that AWS manages, needs nothing. The function's own policy does
not matter here, and neither does what the role allows for this function's code alone (lambda:SourceFunctionArn).

Covers: ad-esm-role-create, ad-esm-role-runtime, ad-sqs-kms
Fix: allow exactly what is missing, on this source and its key.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    EventSourceMapping,
    Function,
    Lacks,
    PollerAccess,
    Problem,
    Severity,
    cite,
    lambda_needs,
    rule,
)

REFUSED = ("denied", "not authorized", "permission", "AUTHZ", "KMS")


@rule(Severity.HIGH)
def poller_not_permitted(function: Function, access: PollerAccess) -> Iterator[Problem]:
    for mapping, lacks in access.those:
        if lacks.those:
            yield _problem(function, access, mapping, lacks)
    access.require_all()


def _problem(function: Function, access: PollerAccess, mapping: EventSourceMapping, lacks: Lacks) -> Problem:
    told = mapping.last_processing_result or mapping.state_transition_reason
    said = f"; Lambda says of it: {told}" if any(word in told for word in REFUSED) else ""
    role = access.permissions.role
    asked = ", ".join(map(str, lacks.those))
    return Problem(
        message=f"the poller of {function.function_name} may not {lacks.purpose}: {lambda_needs.because(role, lacks)} {asked}{said}",
        evidence=(
            cite(mapping, "event_source_arn"),
            cite(mapping, "state"),
            cite(mapping, "last_processing_result"),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
        ),
        fixes=(lambda_needs.fix(role, lacks),),
        confidence=lambda_needs.confidence(lacks),
        subject=mapping.arn,
    )
