from doctor.model.package import Package, SdkCall, Source
from doctor.testing.world import allow, deny, function, raised, role, succeeded, world

DATA = "arn:aws:s3:::data"
READER = role(allow("s3:GetObject", f"{DATA}/*"))
LISTER = role(allow("s3:GetObject", f"{DATA}/*"), allow("s3:ListBucket", DATA))


def _calling(operation, **parameters):
    call = SdkCall(path="app.py", line=7, service="s3", operation=operation, parameters=parameters)
    source = Source(files=("app.py",), calls=(call,))
    return function(role=READER.arn, package=Package(files=1, unzipped_size=1, source=source))


def _refused(operation="GetObject", code="AccessDenied", text="Access Denied"):
    return [raised("ClientError", f"An error occurred ({code}) when calling the {operation} operation: {text}")]


GET = _calling("GetObject", Bucket="data")
UNKNOWN = function(role=READER.arn)

BROKEN = {
    "the source names the bucket": world(GET, READER, invocations=_refused()),
    "HeadObject says no more than 403": world(
        _calling("HeadObject", Bucket="data"), READER, invocations=_refused("HeadObject", "403", "Forbidden")
    ),
    "which bucket is not known, and the role lists none": world(UNKNOWN, READER, invocations=_refused()),
    "listing is denied": world(GET, role(allow("s3:*"), deny("s3:ListBucket")), invocations=_refused()),
    "another function runs with the same role": world(
        GET, function("g", role=READER.arn), READER, invocations=_refused()
    ),
}

HEALTHY = {
    "the role may list": world(GET, LISTER, invocations=_refused()),
    "which bucket is not known, and the role lists some": world(UNKNOWN, LISTER, invocations=_refused()),
    "the role may not read either": world(GET, role(allow("s3:PutObject", f"{DATA}/*")), invocations=_refused()),
    "it was a write": world(GET, READER, invocations=_refused("PutObject")),
    "the object's key is what it is about": world(
        GET, READER, invocations=_refused(text="Access to KMS is not allowed")
    ),
    "nothing was refused": world(GET, READER, invocations=[succeeded()]),
}
