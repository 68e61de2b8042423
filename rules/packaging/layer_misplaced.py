"""A layer has what the code imports, but in a folder where imports do not look.

Lambda unpacks a layer below /opt. Python looks in `python` and `python/lib/python3.12/site-packages` of its own version, Node.js in
`nodejs/node_modules` and `nodejs/node22/node_modules`; what lies at the layer's top, or under another version, is there and is not found.
It happens when the packages were zipped without their folder, and when a function moves on to the next version of its runtime.

Covers: pkg-layer-structure
Fix: publish the layer again with the folder that the runtime looks in, and use that version.
Proof: the failing invocation is run locally, with the function's layers; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Evidence,
    FailedImport,
    Fix,
    Function,
    Imports,
    Problem,
    Severity,
    cite,
    cite_log,
    rule,
    shown,
    times,
)


@rule(Severity.HIGH)
def layer_misplaced(function: Function, imports: Imports) -> Iterator[Problem]:
    for failed in (one for one in imports.failed if one.name):
        name = _top(function, failed)
        found = imports.misplaced(name)
        if found is None:
            if imports.holds(name) is not True:
                imports.require_layers()
            continue
        layer, folder = found
        place = f"'{folder}'" if folder else "its top"
        held = (
            Evidence(
                resource=layer.arn,
                field=f"Package.modules[{folder}].path",
                value=folder,
                source="lambda:GetLayerVersionByArn",
            )
            if folder
            else cite(layer, "package.top_level")
        )
        wanted = imports.folders[0]
        yield Problem(
            message=f"the code imports '{name}', which the layer {layer.arn} has in {place}, where {function.runtime} does not look, {times(failed.those)}",
            evidence=(
                cite_log(function, f"{failed.name} was not found", failed.last.error_message, failed.last.at),
                held,
                cite(function, "layers"),
            ),
            fixes=(
                Fix(
                    title=f"publish the layer again with '{name}' in '{wanted}', and use that version",
                    applicability=Applicability.MANUAL,
                    note=f"zip it so that the archive begins with '{wanted.split('/', 1)[0]}/'",
                ),
            ),
            explains=shown(failed.those),
            expects="init_failed" if failed.last.inits else "handler_failed",
        )


def _top(function: Function, failed: FailedImport) -> str:
    """What an import begins with: a package of Python, a package of Node.js with its scope."""
    if (function.runtime or "").startswith("python"):
        return failed.name.split(".", 1)[0]
    return "/".join(failed.name.split("/")[: 2 if failed.name.startswith("@") else 1])
