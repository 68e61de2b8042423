from doctor.model.function import Layer
from doctor.model.package import Package, Weight
from doctor.testing.world import function, world

LAYER = Layer(arn="arn:aws:lambda:eu-west-1:111122223333:layer:pandas:3", code_size=45_000_000)


def unzipped(megabytes):
    return Package(files=9, unzipped_size=megabytes * 1_000_000, heaviest=(Weight(name="torch", size=190_000_000),))


BROKEN = {
    "zipped": world(function(code_size=60_000_000)),
    "with its layer": world(function(code_size=9_000_000, layers=(LAYER,))),
    "unzipped": world(function(code_size=40_000_000, package=unzipped(230))),
}
HEALTHY = {
    "small": world(function(code_size=900, package=unzipped(1))),
    "with a layer, and below": world(function(code_size=1_000_000, layers=(LAYER,))),
    "a container image is loaded in parts": world(function(code_size=900_000_000, package_type="Image", runtime=None)),
}
