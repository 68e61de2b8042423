"""ARNs: built from parts, and taken apart."""


def function(region: str, account: str, name: str, qualifier: str = "$LATEST") -> str:
    """ARN of a function; ``$LATEST`` is the bare ARN, as ``GetFunctionConfiguration`` writes it."""
    bare = f"arn:aws:lambda:{region}:{account}:function:{name}"
    return bare if qualifier == "$LATEST" else f"{bare}:{qualifier}"


def unqualified(function_arn: str) -> str:
    """A function's ARN without its version or alias."""
    if function_arn.count(":") <= _COLONS:
        return function_arn
    return ":".join(function_arn.split(":")[:7])


_COLONS = 6
"""In the ARN of a function without a qualifier."""


def qualifier(function_arn: str) -> str:
    """The version or alias of a function's ARN; ``$LATEST`` for a bare one."""
    parts = function_arn.split(":")
    return parts[7] if len(parts) > 7 else "$LATEST"  # noqa: PLR2004 -- arn:partition:lambda:region:account:function:name


def name(arn: str) -> str:
    """The last part of an ARN: a function's name, a role's, a queue's, a subnet's id."""
    if ":function:" in arn:
        return arn.split(":")[6]
    return arn.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def region(arn: str) -> str:
    """The region of an ARN; empty for global services, and for what is no ARN."""
    return "".join(arn.split(":")[3:4])


def account(arn: str) -> str:
    """The account of an ARN; empty for the few ARNs that carry none (S3 buckets), and for what is none."""
    return "".join(arn.split(":")[4:5])


def service(arn: str) -> str:
    """The service of an ARN, as IAM spells it; empty for what is no ARN."""
    return "".join(arn.split(":")[2:3])


def ec2(region: str, account: str, kind: str, identifier: str) -> str:
    """ARN of an EC2 resource, which ``Describe*`` does not spell out: ``kind`` as in the ARN (``subnet``, ``natgateway``)."""
    return f"arn:aws:ec2:{region}:{account}:{kind}/{identifier}"
