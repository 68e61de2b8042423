"""AccessDenied texts, taken apart wherever they occur: in a log line, in JSON, inside another error's message.

Source: IAM User Guide, "Troubleshoot access denied error messages"; the texts of S3, KMS, EC2, Lambda and API Gateway in
their own guides.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from doctor.model.decision import Decision, Denial, DenialKind, DenialLayer, LayerName
from doctor.model.lazy import pattern

_LAYERS: dict[str, DenialLayer] = {
    "identity-based policy": "identity",
    "resource-based policy": "resource",
    "session policy": "session",
    "permissions boundary": "boundary",
    "service control policy": "scp",
    "resource control policy": "rcp",
    "vpc endpoint policy": "endpoint",
    "role trust policy": "trust",
}
_TYPE = "|".join(map(re.escape, _LAYERS))
_ARN_END = r"(?=[\s,\"'\\})\]]|$)"

_CORE = pattern(
    r"(?:(?P<user>User: ?))?(?P<principal>arn:\S+|anonymous|(?<=User: )\S+|[\w.-]+\.amazonaws\.com|[A-Z][\w-]*(?: [A-Z][\w-]*){0,3})"
    r" is not authorized to perform:? (?P<action>[\w-]+:[\w*]+)"
    r"(?: on (?:resource: ?(?:\\*\"(?P<quoted>[^\"\\]+)\\*\"|(?P<resource>(?:role|policy|user|group) \S+|[^\s\"]+?)"
    + _ARN_END
    + r")"
    r"|(?P<hidden>this resource|the (?:specified )?resource(?: associated with this ciphertext)?)))?"
)
_IMPLICIT = pattern(rf" because no (?P<type>{_TYPE}) allows (?:the \S+ action|it)", re.IGNORECASE)
_EXPLICIT = pattern(
    rf" with an? explicit deny(?: in (?:an?|the) (?P<type>{_TYPE}))?"
    r"(?:(?:, with policy ARN)?: ?(?P<arn>arn:[^\s,\"\\]+?)(?=[.]?(?:[\s,\"\\]|$)))?"
    rf"(?: transitively through an? (?P<via>{_TYPE}))?",
    re.IGNORECASE,
)
_KMS_BLUR = " because the resource does not exist in this Region, no resource-based policies allow access, or"
_PUBLIC = pattern(
    r" because public (?:policies|[\w ]*ACLs) (?:are|is) (?:blocked|prevented) by the (?P<setting>\w+)", re.IGNORECASE
)
_CODE = pattern(
    r"\((?P<code>[\w.]*(?:AccessDenied|Unauthorized|Authorization|AuthFailure|Forbidden|NotAuthorized|KMSAccess)\w*|403)\)"
    r" when calling the (?P<operation>\w+) operation",
)
_ENCODED = pattern(r"Encoded authorization failure message: ?(?P<encoded>[\w-]+)")


_FORM_TEXTS = {
    "lambda-env-kms": r"Lambda was unable to decrypt the environment variables because KMS access was denied",
    "ec2-encoded": r"You are not authorized to perform this operation\.?.{0,400}?Encoded authorization failure message",
    "lambda-role-missing-call": (
        r"The provided execution role does not have permissions to call (?P<call>\w+) on (?P<service>\w+)"
    ),
    "lambda-role-not-assumable": r"The role defined for the function cannot be assumed by Lambda",
    "kms-ciphertext": r"The ciphertext refers to a customer master key that does not exist",
    "secretsmanager-kms": r"Access to KMS is not allowed",
    "s3-destination": r"Unable to validate the following destination configurations",
    "sqs-resource": r"Access to the resource \S+ is denied",
    "ecr-image": r"Lambda does not have permission to access the ECR image",
    "lake-formation": r"Insufficient Lake Formation permission",
    "apigw-authorizer": r"User is not authorized to access this resource(?: with an explicit deny)?",
    "cross-account-pass-role": r"Cross-account pass role is not allowed",
    "s3-block-public-access": r"prevented by .{0,80}?setting in S3 Block Public Access",
    "credentials": (
        r"security token included in the request is (?:invalid|expired)|SignatureDoesNotMatch"
        r"|Missing Authentication Token|ExpiredToken\w*|InvalidClientTokenId|UnrecognizedClientException"
    ),
    "s3-bare": r"\bAccess ?Denied\b(?:: Access Denied)?|\(403\) when calling the Head\w+ operation: Forbidden",
    "bare-code": r"\b(?:(?:KMS)?AccessDenied(?:Exception)?|(?:Client\.)?UnauthorizedOperation|AuthorizationError|AuthFailure)\b",
}
"""Texts of a shape of their own, the most telling first; the last is what remains when nothing better was said."""

_FORMS = {name: pattern(text, re.IGNORECASE) for name, text in _FORM_TEXTS.items()}

_LAYER_OF_FORM: dict[str, LayerName] = {
    "apigw-authorizer": "resource",
    "ecr-image": "resource",
    "lambda-role-missing-call": "identity",
    "lambda-role-not-assumable": "resource",
    "s3-destination": "resource",
}
"""The layer that a form hints at without naming it."""


@lru_cache(256)
def find_denial(text: str) -> Denial | None:
    """Take the most telling AccessDenied text in ``text`` apart; ``None`` when there is none."""
    return next(find_denials(text), None)


def find_denials(text: str) -> Iterator[Denial]:
    """Every denial in a text that has the usual form, each once; failing any, the one of a form of its own."""
    flat = _flat(text)
    special = _special(flat)
    seen: set[Denial] = set()
    if special is not None and special.form in _BEFORE_CORE:
        yield special
        return
    for match in _CORE.finditer(flat):
        found = _core(flat, match)
        if found not in seen:
            seen.add(found)
            yield found
    if not seen and special is not None:
        yield special


_BEFORE_CORE = ("lambda-env-kms", "ec2-encoded")
"""Forms that quote a text of the usual form, or hide it."""


def _flat(text: str) -> str:
    """White space collapsed, that of JSON strings inside the text too."""
    return re.sub(r"(?:\\[nrt]|\s)+", " ", text)


def _core(text: str, match: re.Match[str]) -> Denial:
    rest = text[match.end() :]
    reason = _reason(rest)
    code, operation = _code(text[: match.start()])
    return Denial(
        text=text[match.start() : match.end() + reason.end],
        form=reason.form,
        error_code=code,
        operation=operation,
        principal=match["principal"],
        action=match["action"],
        resource=(match["quoted"] or match["resource"] or "").rstrip(".,;"),
        resource_hidden=match["hidden"] is not None,
        kind=reason.kind,
        layer=reason.layer,
        policy_arn=reason.policy_arn,
        via=reason.via,
    )


class _Reason(NamedTuple):
    """What stands behind the resource: ``end`` is how far it reaches."""

    kind: DenialKind = "unknown"
    layer: DenialLayer = "unknown"
    policy_arn: str = ""
    via: DenialLayer | Literal[""] = ""
    form: str = ""
    end: int = 0


def _reason(rest: str) -> _Reason:
    implicit = _IMPLICIT.match(rest)
    if implicit is not None:
        return _Reason("implicit", _LAYERS[implicit["type"].lower()], end=implicit.end())
    explicit = _EXPLICIT.match(rest)
    if explicit is not None:
        layer = _LAYERS[explicit["type"].lower()] if explicit["type"] else "unknown"
        via: DenialLayer | Literal[""] = _LAYERS[explicit["via"].lower()] if explicit["via"] else ""
        return _Reason("explicit", layer, explicit["arn"] or "", via, end=explicit.end())
    public = _PUBLIC.match(rest)
    if public is not None:
        return _Reason("block-public-access", "s3-bpa", end=public.end())
    if rest.startswith(_KMS_BLUR):
        return _Reason(form="kms-blur", end=len(_KMS_BLUR))
    return _Reason()


def _code(before: str) -> tuple[str, str]:
    """Error code and operation as an SDK for Python puts them before the text."""
    found = [(match["code"], match["operation"]) for match in _CODE.finditer(before)]
    return found[-1] if found else ("", "")


def _special(text: str) -> Denial | None:
    for name, form in _FORMS.items():
        match = form.search(text)
        if match is None:
            continue
        groups = match.groupdict()
        code, operation = _code(text)
        encoded = _ENCODED.search(text)
        inner = _CORE.search(text) if name == "ec2-encoded" else None
        return Denial(
            text=match[0],
            form=name,
            error_code=code,
            operation=operation,
            principal=inner["principal"] if inner else "",
            action=inner["action"] if inner else "",
            encoded=encoded["encoded"] if encoded else "",
            call=groups.get("call") or "",
            service=groups.get("service") or "",
        )
    return None


def compare(denial: Denial, decision: Decision) -> str:
    """Hold AWS's text against the model's decision.

    Returns:
        Empty when they agree; else one line that says how they differ, and what that means.
    """
    if decision.result == "allowed":
        return f"AWS denied {decision.action}, the model allows it: the snapshot is stale, or a layer was not seen"
    if denial.kind == "explicit" and decision.result == "denied" and not decision.explicit:
        return "AWS speaks of an explicit deny, the model found none: a policy was not seen, or has changed"
    layer = "resource" if denial.layer == "trust" else _LAYER_OF_FORM.get(denial.form, denial.layer)
    if layer in ("unknown", "s3-bpa") or layer in decision.blockers:
        return ""
    return f"AWS names the {layer} layer, the model {', '.join(decision.blockers) or 'none'}: a policy has changed"
