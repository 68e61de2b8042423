"""Keys of KMS that are named by their ARN."""

from doctor.aws.embedded.addition import Addition, Proceed, Request, Result

addition = Addition("keys", "moto switches keys on and off by their id alone, and fails on an ARN")
_MARK = ":key/"


@addition.amends("kms", "DisableKey", "EnableKey")
def switch(request: Request, proceed: Proceed) -> Result:
    """Take a key's id from its ARN."""
    named = str(request.parameters["KeyId"])
    return proceed(request.parameters | {"KeyId": named.rpartition(_MARK)[2]})
