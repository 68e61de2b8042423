"""What was seen after a change: pure, over what was read again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from doctor.logs.symptoms import symptom
from doctor.model import arns
from doctor.model.finding import Diagnosis
from doctor.model.plan import Receipt, Verification
from doctor.model.telemetry import Invocation

_PUBLISHES = "PublishVersion"


@dataclass(frozen=True)
class Evidence:
    """What the invocations of one function tell that began after the change."""

    function: str
    """ARN, unqualified."""
    good: tuple[Invocation, ...]
    bad: tuple[Invocation, ...]

    @property
    def line(self) -> str:
        """It in words; empty: there is none."""
        if self.bad:
            last = self.bad[-1]
            words = last.error_message or last.error_type or last.status
            return (
                f"{arns.name(self.function)}: {_count(self.bad)} failed since, the last {last.request_id[:8]}: {words}"
            )
        if self.good:
            return f"{arns.name(self.function)}: {_count(self.good)} went through since, the first {self.good[0].request_id[:8]}"
        return ""


def verified(
    receipt: Receipt,
    diagnosis: Diagnosis,
    invocations: Mapping[str, Sequence[Invocation]],
    different: Sequence[str],
    remarks: Iterable[str] = (),
) -> Verification:
    """Judge a change.

    Args:
        receipt: What was sent.
        diagnosis: Of the account as it is now.
        invocations: What was seen to run, by a function's unqualified ARN.
        different: One line for each value that is not read back as it was sent.
        remarks: What else there is to say.
    """
    still = sorted({f"{rule} is still found" for rule, subject in _healed(receipt) if _found(diagnosis, rule, subject)})
    whole = receipt.state == "applied"
    seen = [evidence(receipt, arn, invocations.get(arn, ())) for arn in affected(receipt)]
    through = bool(seen) and all(one.good and not one.bad for one in seen)
    return Verification(
        receipt=receipt.id,
        settings_read_back=whole and not different,
        finding_gone=not still,
        confirmed=whole and not different and not still and through,
        failed_since=any(one.bad for one in seen),
        lines=(*different, *still, *filter(None, (one.line for one in seen)), *remarks),
    )


def unseen(receipt: Receipt, why: str) -> Verification:
    """What is said of a change after which the account could not be looked at again."""
    return Verification(
        receipt=receipt.id,
        settings_read_back=False,
        finding_gone=False,
        confirmed=False,
        lines=(f"the account could not be looked at again: {why}",),
    )


def affected(receipt: Receipt) -> tuple[str, ...]:
    """The functions whose invocations would confirm a change: unqualified ARNs."""
    named = receipt.affects or ((receipt.function,) if ":function:" in receipt.function else ())
    return tuple(dict.fromkeys(arns.unqualified(arn) for arn in named))


def evidence(receipt: Receipt, function: str, invocations: Iterable[Invocation]) -> Evidence:
    """The invocations of the changed version that began after the last step had settled."""
    versions = versions_of(receipt, function)
    since = [
        one
        for one in invocations
        if receipt.settled_at is not None and one.at > receipt.settled_at and one.version in versions
    ]
    return Evidence(
        function=function,
        good=tuple(one for one in since if one.succeeded),
        bad=tuple(one for one in since if symptom(one) is not None),
    )


def versions_of(receipt: Receipt, function: str) -> frozenset[str]:
    """The versions that run with the change: what was published for it, otherwise the affected ones."""
    published = {
        str(step.response["Version"])
        for step in receipt.steps
        if step.call.operation == _PUBLISHES
        and step.call.parameters.get("FunctionName") == function
        and "Version" in step.response
    }
    named = receipt.affects or (receipt.function,)
    return frozenset(published or {arns.qualifier(arn) for arn in named if arns.unqualified(arn) == function})


def _healed(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    """The findings that the change is for: rule and subject."""
    return ((receipt.finding, receipt.function), *receipt.also)


def _found(diagnosis: Diagnosis, rule: str, subject: str) -> bool:
    place = (rule, arns.unqualified(subject))
    return any((one.rule, arns.unqualified(one.subject)) == place for one in diagnosis.findings)


def _count(several: Sequence[Invocation]) -> str:
    return f"{len(several)} invocation{'' if len(several) == 1 else 's'}"
