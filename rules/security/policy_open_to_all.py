"""Anybody in any AWS account can invoke the function: its policy names everybody, and asks for nothing else.

A statement with the principal `*` and no condition lets every identity of every account call `Invoke`, send it any event and run up its bill. It is what is
left of a hurried `add-permission`; a trigger's own statement names its service and its resource, and is not touched.

Covers: sec-public-resource-policy
Fix: take that statement out of the policy. Unsafe: who came in by it and by no other statement is refused.
See: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from collections.abc import Iterator
from typing import Any

from doctor.rules_api import Applicability, Fix, Function, InvokePolicy, Problem, Severity, cite, permissions, rule

EVERYBODY = ("*", {"AWS": "*"}, {"AWS": ["*"]})
INVOKING = ("lambda:InvokeFunction", "lambda:*", "*")


@rule(Severity.HIGH)
def policy_open_to_all(function: Function, policies: InvokePolicy) -> Iterator[Problem]:
    for owner in policies.owners:
        for statement in (owner.policy or {}).get("Statement", ()):
            if lets_everybody_in(statement):
                name = statement.get("Sid", "")
                yield Problem(
                    message=f"anybody in any account can invoke {function.function_name}: statement {name or 'without a name'} of its policy",
                    evidence=(cite(owner, "policy"),),
                    fixes=(
                        Fix(
                            title=f"withdraw the statement {name}",
                            applicability=Applicability.UNSAFE if name else Applicability.MANUAL,
                            steps=(permissions.withdraw(owner, statement),) if name else (),
                            risk="who came in by it, and by no other statement, is refused",
                        ),
                    ),
                    subject=owner.arn,
                )


def lets_everybody_in(statement: dict[str, Any]) -> bool:
    actions = statement.get("Action")
    return (
        statement.get("Effect") == "Allow"
        and statement.get("Principal") in EVERYBODY
        and not statement.get("Condition")
        and any(one in INVOKING for one in (actions if isinstance(actions, list) else [actions]))
    )
