"""What rules say, and propose, where a role does not let Lambda itself do something."""

from doctor.engine.facts.role_needs import Lacks
from doctor.engine.operations import role_policies
from doctor.model.finding import Applicability, Confidence, Fix
from doctor.model.identity import Role


def because(role: Role, lacks: Lacks) -> str:
    """Who does not allow it, for a message that goes on with the requests."""
    if all(one.grantable for one in lacks.those):
        return f"no policy of the role {role.role_name} allows"
    layers = dict.fromkeys(layer for one in lacks.those for layer in one.decision.blockers)
    return f"with the role {role.role_name}, {' and '.join(layers)} {'refuses' if len(layers) == 1 else 'refuse'}"


def confidence(lacks: Lacks) -> Confidence:
    """The surest of what is missing: one missing action is enough."""
    return min((one.confidence for one in lacks.those), key=lambda one: one.rank, default=Confidence.POSSIBLE)


def fix(role: Role, lacks: Lacks) -> Fix:
    """Allow exactly what is missing, where the role's own policies are all that it takes."""
    note = "IAM needs some seconds until every part of AWS has heard of it"
    asked = ", ".join(dict.fromkeys(one.wanted.action for one in lacks.those))
    if not all(one.grantable for one in lacks.those):
        layers = dict.fromkeys(layer for one in lacks.those for layer in one.decision.blockers)
        return Fix(
            title=f"allow {asked}: what must change is {', '.join(layers)}",
            applicability=Applicability.MANUAL,
            note="an Allow in the role's own policies alone is not enough here",
        )
    return Fix(
        title=f"allow exactly {asked}",
        steps=role_policies.grant(role, [one.wanted for one in lacks.those]),
        note=note,
    )
