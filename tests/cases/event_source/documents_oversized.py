from doctor.testing.world import function, metric, succeeded, world

F = function()
BROKEN = {
    "two were": world(F, metrics={F.arn: (metric("OversizedRecordCount", "Sum", 0, 2),)}, invocations=[succeeded()])
}
HEALTHY = {
    "none was": world(F, metrics={F.arn: (metric("OversizedRecordCount", "Sum", 0, 0),)}),
    "nothing is counted": world(F, invocations=[succeeded()]),
    "records that fail, which is another matter": world(F, metrics={F.arn: (metric("Errors", "Sum", 2),)}),
}
