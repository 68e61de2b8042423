from doctor.model.function import Layer
from doctor.model.invoking import LayerVersion
from doctor.testing.world import function, world

ARN = "arn:aws:lambda:eu-west-1:111122223333:layer:tools:3"
F = function(layers=(Layer(arn=ARN),))


def layer(**told):
    return LayerVersion(layer_version_arn=ARN, version=3, **told)


BROKEN = {
    "other runtimes": world(F, layer(compatible_runtimes=("python3.9",))),
    "another architecture": world(F, layer(compatible_architectures=("arm64",))),
}
HEALTHY = {
    "for this runtime": world(
        F, layer(compatible_runtimes=("python3.11", "python3.12"), compatible_architectures=("x86_64",))
    ),
    "for nothing in particular": world(F, layer()),
    "no layer": world(function()),
}
