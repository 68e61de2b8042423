"""A part of the function's configuration could not be read by Lambda itself.

Lambda answers with the rest, and puts an error in place of what it could not read: of the runtime version, or of the image's settings. Mostly a key or a permission
is behind it. Environment variables that cannot be decrypted have a rule of their own.

Covers: state-config-errors-embedded
Fix: by the error's code.
See: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Evidence,
    Fix,
    Function,
    Problem,
    Severity,
    rule,
)


@rule(Severity.HIGH)
def configuration_has_errors(function: Function) -> Iterator[Problem]:
    for field, error in function.unread_settings.items():
        place = field if field.startswith("Runtime") else "extra.ImageConfigResponse"
        value = error if field.startswith("Runtime") else function.extra["ImageConfigResponse"]
        yield Problem(
            message=f"Lambda could not read {field.partition('.')[0]}: {error.get('ErrorCode', '')}: {error.get('Message', '')}",
            evidence=(
                Evidence(resource=function.arn, field=place, value=value, source="lambda:GetFunctionConfiguration"),
            ),
            fixes=(Fix(title="mend what the error's code names", applicability=Applicability.MANUAL),),
        )
