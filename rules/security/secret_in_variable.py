"""A key or another secret stands in an environment variable.

Whoever may read the function's configuration reads its variables. Access keys, private keys and tokens are told by their form, and doctor keeps none of them; a
password that looks like any other word is not told. The role gives the code temporary credentials, so that keys of AWS are needed nowhere.

Covers: sec-secrets-in-env
Fix: Secrets Manager or Parameter Store, read when the function starts; the role in place of access keys.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    Redacted,
    Severity,
    cite,
    rule,
)

ACCESS_KEY = 20
"""Characters of an access key of AWS, for which another rule speaks."""


@rule(Severity.MEDIUM, advice=True)
def secret_in_variable(function: Function) -> Iterator[Problem]:
    for name, value in sorted(function.environment.variables.items()):
        if isinstance(value, Redacted) and value.kind == "credential" and value.length != ACCESS_KEY:
            yield Problem(
                message=f"the environment variable {name} holds a key or token, which everybody reads who may read the configuration",
                evidence=(cite(function, f"environment.variables.{name}"),),
                fixes=(
                    Fix(
                        title=f"put {name} into Secrets Manager or Parameter Store",
                        applicability=Applicability.MANUAL,
                        note="and let the role read it; keys of AWS give way to the role itself",
                    ),
                ),
            )
