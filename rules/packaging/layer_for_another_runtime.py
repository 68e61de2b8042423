"""A layer was made for other runtimes or architectures than the function's.

Whoever published the layer version named the runtimes and architectures that it is for. Lambda does not hold them against the function. A layer of plain files may
work all the same; compiled code in it does not.

Covers: pkg-layer-incompatible
Fix: the layer's version for this runtime and architecture.
See: https://docs.aws.amazon.com/lambda/latest/dg/creating-deleting-layers.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    LayerVersions,
    Problem,
    Severity,
    arns,
    cite,
    rule,
)


@rule(Severity.LOW, advice=True)
def layer_for_another_runtime(function: Function, layers: LayerVersions) -> Iterator[Problem]:
    for layer in layers.those:
        wrong = []
        if layer.compatible_runtimes and function.runtime not in layer.compatible_runtimes:
            wrong.append(("compatible_runtimes", f"{', '.join(layer.compatible_runtimes)}, not {function.runtime}"))
        if layer.compatible_architectures and not set(function.architectures) <= set(layer.compatible_architectures):
            told = ", ".join(layer.compatible_architectures)
            wrong.append(("compatible_architectures", f"{told}, not {', '.join(function.architectures)}"))
        for field, what in wrong:
            yield Problem(
                message=f"the layer {arns.name(layer.arn)} is for {what}",
                evidence=(cite(layer, field), cite(function, "runtime"), cite(function, "architectures")),
                fixes=(
                    Fix(
                        title="use the layer's version for this runtime and architecture",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                confidence=Confidence.POSSIBLE,
            )
