from doctor.model.function import Layer
from doctor.model.package import Native, Package
from doctor.testing.world import function, world

PLAIN = Package(files=3, unzipped_size=900, top_level=("app.py",))
COMPILED = Package(files=3, unzipped_size=900, natives=(Native(path="x/_y.so", format="elf", machine="x86_64"),))
TOOLS = Layer(arn="arn:aws:lambda:eu-west-1:111122223333:layer:tools:1")

BROKEN = {
    "plain Python": world(function(package=PLAIN)),
    "Node.js": world(function(package=PLAIN, runtime="nodejs22.x")),
}
HEALTHY = {
    "it is there already": world(function(package=PLAIN, architectures=("arm64",))),
    "compiled parts": world(function(package=COMPILED)),
    "a layer, which may have some": world(function(package=PLAIN, layers=(TOOLS,))),
    "an image": world(function(package_type="Image", runtime=None)),
    "another runtime": world(function(package=PLAIN, runtime="provided.al2023")),
}
