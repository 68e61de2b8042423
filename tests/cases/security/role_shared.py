from doctor.testing.world import function, role, world

R = role()

BROKEN = {"two functions": world(function(role=R.arn), function("g", role=R.arn), R)}

HEALTHY = {
    "each its own": world(function(role=R.arn), function("g", role=role(name="s").arn), R, role(name="s")),
    "two versions of one": world(function(role=R.arn), function(version="1", role=R.arn), R),
}
