"""AWS refused a call and said why, and the policies themselves were not seen.

Most services name who asked, for which action, on what, and the policy that decides: `because no identity-based policy allows the … action`, or `with an
explicit deny in a service control policy`. Where the role was read, the rules for each layer find the statement; of a pasted log, or where the role may not
be read, AWS's own words are all there is. They are repeated here and nothing is added: whether a policy was mended since is not known.

Fix: what AWS's words call for, by hand. With the role's policies seen the exact statement is proposed.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Denial,
    Denied,
    Evidence,
    Fix,
    Function,
    Problem,
    Severity,
    UnjudgedDenials,
    arns,
    cite_log,
    rule,
    shown,
    times,
)

POLICIES = {
    "identity": "identity-based policy",
    "resource": "resource-based policy",
    "session": "session policy",
    "boundary": "permissions boundary",
    "scp": "service control policy",
    "rcp": "resource control policy",
    "endpoint": "VPC endpoint policy",
    "trust": "role trust policy",
    "s3-bpa": "S3 Block Public Access setting",
}


@rule(Severity.HIGH)
def denial_in_aws_words(function: Function, denials: UnjudgedDenials) -> Iterator[Problem]:
    for one in denials.those:
        denial = one.denial
        yield Problem(
            message=f"AWS refused {_asked(denial)} to {denial.principal or 'the function'}, {times(one.those)}: {_reason(denial)}",
            evidence=(_evidence(function, one),),
            fixes=(_fix(denial),),
            confidence=Confidence.LIKELY if denial.layer == "unknown" else Confidence.CERTAIN,
            explains=shown(one.those),
            expects="init_failed" if one.last.inits else "handler_failed",
        )


def _evidence(function: Function, one: Denied) -> Evidence:
    where = f"{one.denial.action} on {arns.name(one.denial.resource) or 'a resource'}"
    return cite_log(function, where, one.denial.text, one.last.at)


def _asked(denial: Denial) -> str:
    return f"{denial.action} on {denial.resource or 'a resource that it does not name'}"


def _reason(denial: Denial) -> str:
    """Which policy decides, as AWS says it."""
    policy = POLICIES.get(denial.layer, "")
    if denial.kind == "explicit":
        which = f" ({denial.policy_arn})" if denial.policy_arn else ""
        return f"a Deny in a {policy}{which} applies" if policy else "a Deny applies; it does not say in which policy"
    if denial.kind == "implicit" and policy:
        return f"no {policy} allows it"
    return f"by a {policy}" if policy else "it does not say which policy decides"


def _fix(denial: Denial) -> Fix:
    role = denial.principal.split("/")[1] if ":assumed-role/" in denial.principal else ""
    whose = f" of the role {role}" if role and denial.layer in ("identity", "boundary") else ""
    policy = POLICIES.get(denial.layer, "policies that apply")
    if denial.kind == "explicit":
        title = f"take the Deny away, or narrow it, in the {policy}{whose}"
    else:
        title = f"allow {_asked(denial)} in the {policy}{whose}"
    return Fix(
        title=title,
        applicability=Applicability.MANUAL,
        note="where the policies of the role can be read, doctor proposes the exact statement",
    )
