"""The organization does not let the account, or the resource, be used like this.

Service control policies bound what everybody in an account may do; resource control policies bound what may be done to its resources.
Neither can be changed from inside the account, and a member account usually cannot even read them: then AWS's own text is what this
rule goes by, and the finding is likely, not certain.

Covers: ad-scp, ad-rcp
Fix: by the organization's administrators: the fix says which policy, which statement, and the smallest exception from it, as text to hand over. Or
another action, region or resource.
See: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    LayerName,
    Problem,
    Refusal,
    Refusals,
    Severity,
    arns,
    cite,
    cite_denial,
    exception_to_add,
    rule,
    statement,
    statement_to_add,
)

KINDS: dict[LayerName, str] = {"scp": "service control policy", "rcp": "resource control policy"}


@rule(Severity.HIGH)
def organization_forbids_action(function: Function, refusals: Refusals) -> Iterator[Problem]:
    for one in refusals.all:
        for layer, kind in KINDS.items():
            if one.refused_by(layer):
                yield _problem(function, one, layer, kind)


def _problem(function: Function, one: Refusal, layer: LayerName, kind: str) -> Problem:
    denies = one.denied_by(layer)
    by = statement(denies[0]) if denies else one.denial.policy_arn
    explicit = bool(denies) or one.denial.kind == "explicit"
    how = f"{by}, a {kind}," if by else f"a {kind}"
    return Problem(
        message=f"{how} {'denies' if explicit else 'does not allow'} {one.request}{one.remark(layer)}",
        evidence=(cite_denial(function, one), cite(function, "role")),
        fixes=(
            Fix(
                title=f"ask the organization's administrators to let {one.decision.action} through for this resource",
                applicability=Applicability.MANUAL,
                note=f"nothing inside the account changes it; {_exception(function, one, layer, by or f'a {kind}')}",
            ),
        ),
        confidence=one.confidence_in(layer),
        explains=one.explains,
    )


def _exception(function: Function, one: Refusal, layer: LayerName, by: str) -> str:
    """What to write into the organization's policy: a resource control policy holds nothing but Deny."""
    denies = one.denied_by(layer)
    if denies:
        return exception_to_add(denies[0], function, at_resource=layer == "rcp")
    if one.denial.kind == "explicit" or layer == "rcp":
        key = "aws:PrincipalArn" if layer == "rcp" else "lambda:SourceFunctionArn"
        value = function.role if layer == "rcp" else arns.unqualified(function.arn)
        return (
            f'in the statement of {by} that denies it, put into Condition: {{"ArnNotEquals": {{"{key}": "{value}"}}}}'
        )
    return statement_to_add(f"each level that does not allow it ({by})", one.decision.action, one.decision.resource)
