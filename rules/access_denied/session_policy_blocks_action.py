"""A session policy keeps the code from what it asks for: it took on a role for less than that role may do.

sts:AssumeRole takes a policy that bounds the session (Policy, PolicyArns). What that does not allow is refused, whatever the role's own
policies say. The function's own role has no session policy: only code that takes on a role by itself can meet one. The policy is in that code,
or in the service that took on the role, and nowhere in IAM.

Covers: ad-session-policy
Fix: widen the policy that is handed to sts:AssumeRole by this action and resource, or hand none.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Denials, Fix, Function, Problem, Severity, cite_log, rule, shown


@rule(Severity.HIGH)
def session_policy_blocks_action(function: Function, denials: Denials) -> Iterator[Problem]:
    for one in denials.all:
        if one.denial.layer == "session":
            denial = one.denial
            asked = f"{denial.action} on {denial.resource}" if denial.resource else denial.action
            verb = "denies" if denial.kind == "explicit" else "does not allow"
            yield Problem(
                message=f"the session policy of {denial.principal} {verb} {asked}",
                evidence=(cite_log(function, asked, denial.text, one.last.at),),
                fixes=(
                    Fix(
                        title=f"let the policy that is handed to sts:AssumeRole allow {asked}",
                        applicability=Applicability.MANUAL,
                        note="an Allow in the role's own policies changes nothing here",
                    ),
                ),
                explains=shown(one.those),
            )
