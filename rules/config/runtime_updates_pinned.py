"""The runtime is held at one version, and gets no security updates.

`UpdateRuntimeOn` of `Manual` keeps the runtime version that is named, for ever. It is meant for going back from an update that broke something, until that is
mended.

Covers: cfg-runtime-update-pinned
Fix: let Lambda update the runtime again.
See: https://docs.aws.amazon.com/lambda/latest/dg/runtime-management-configure-settings.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    Settings,
    Severity,
    cite,
    rule,
)


@rule(Severity.LOW, advice=True)
def runtime_updates_pinned(function: Function, settings: Settings) -> Iterator[Problem]:
    config = settings.runtime_management_config
    if config is not None and config.update_runtime_on == "Manual":
        yield Problem(
            message="the runtime stays at the version that is named, without security updates",
            evidence=(cite(function, "runtime_management_config"),),
            fixes=(
                Fix(
                    title="let Lambda update the runtime again, once what it was held for is mended",
                    applicability=Applicability.MANUAL,
                    note="aws lambda put-runtime-management-config --update-runtime-on Auto",
                ),
            ),
        )
