"""What AWS keeps for itself: its managed policies, reserved roles and the aliases of its keys change for nobody.

Source: IAM User Guide, "AWS managed policies"; IAM Identity Center, "Referencing permission sets"; KMS, "Aliases".
"""

import re
from functools import cache

from doctor.iam import catalogue
from doctor.iam.policy import VERSION, Policy, compile_policy

_OWN = re.compile(r"arn:[\w-]+:(?:iam::aws:policy/|iam::\d{12}:role/aws-reserved/|kms:[\w-]*:\d{12}:alias/aws/).*")
_LOOKS = ("Read", "List")
_USES = ("iam:passrole",)


def kept_by_aws(action: str, resource: str) -> bool:
    """Whether an action would change something that is AWS's own, which AWS refuses whatever policies say."""
    if _OWN.fullmatch(resource) is None or action.lower() in _USES:
        return False
    known = catalogue.action(action)
    attaches = action.lower().startswith(("iam:attach", "iam:detach"))  # what changes is the role, not the policy
    return known is not None and known.access_level not in _LOOKS and not attaches


@cache
def refusal() -> Policy:
    """AWS's rule, in the form of a policy."""
    deny = {"Sid": "AwsOwn", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    return compile_policy("AWS itself", {"Version": VERSION, "Statement": deny}, "resource")
