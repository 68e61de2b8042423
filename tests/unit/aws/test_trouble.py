"""What is asked only where there is trouble that it may explain, and what is never asked: each is read, or is a gap that says why."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from doctor.aws.collectors import alarms, functions, mentioned, package, trouble, unread
from doctor.aws.draft import Draft
from doctor.model.alarms import Alarm
from doctor.model.call import Call
from doctor.model.function import Alias, Function, VpcConfig
from doctor.model.interfaces import HostedZone
from doctor.model.invoking import CodeSigningConfig
from doctor.model.package import Package
from doctor.model.secrets import Secret
from doctor.model.snapshot import Scope
from doctor.model.telemetry import MetricSeries
from doctor.model.triggers import LogGroup
from doctor.testing.world import ACCOUNT, NOW, REGION
from tests.unit.aws.told import ARN, NAME, Told

FUNCTION = Function(function_name=NAME, function_arn=ARN)
GROUP = LogGroup(log_group_arn=FUNCTION.log_group_arn, log_group_name=FUNCTION.log_group)
SIGNER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:code-signing-config:csc-1"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-a1B2c3"


def draft_of(
    *resources: Any, answers: dict[str, Any] | None = None, named: tuple[str, ...] = ()
) -> tuple[Draft, list[str]]:
    """A draft with these resources, of an account that answers so; and what it is asked."""
    asked: list[str] = []

    def instead(call: Call) -> Any:
        asked.append(call.name)
        told = (answers or {}).get(call.operation)
        return told(call) if isinstance(told, Callable) else told  # type: ignore[arg-type]

    draft = Draft(Told(instead), Scope(account=ACCOUNT, region=REGION, functions=named), NOW, b"k")  # type: ignore[arg-type]
    draft.add(*resources)
    return draft, asked


def gaps(draft: Draft) -> set[tuple[str, str]]:
    return {(gap.call.operation, gap.reason) for gap in draft.finish(None, ()).gaps}  # type: ignore[arg-type]


def invoked(*values: float) -> MetricSeries:
    times = tuple(NOW - timedelta(minutes=number) for number in range(len(values)))
    return MetricSeries(namespace="AWS/Lambda", metric_name="Invocations", stat="Sum", period=300, timestamps=times, values=values)  # fmt: skip


def test_of_a_function_without_trouble_nothing_is_asked_and_that_is_said() -> None:
    draft, asked = draft_of(FUNCTION, GROUP)
    trouble.explained(draft, FUNCTION)

    assert asked == []
    assert gaps(draft) == {("GetRuntimeManagementConfig", "not_asked"), ("GetFunctionCodeSigningConfig", "not_asked")}


def test_of_a_function_that_could_not_be_deployed_it_is_asked_who_must_sign() -> None:
    failed = replace(FUNCTION, last_update_status="Failed")
    config = {"CodeSigningConfigArn": SIGNER, "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Enforce"}}
    answers = {
        "GetFunctionCodeSigningConfig": {"CodeSigningConfigArn": SIGNER},
        "GetCodeSigningConfig": {"CodeSigningConfig": config},
        "GetRuntimeManagementConfig": {"UpdateRuntimeOn": "Auto"},
    }
    draft, _ = draft_of(failed, answers=answers)
    trouble.explained(draft, failed)
    (latest,), (signer,) = draft.all(Function), draft.all(CodeSigningConfig)

    assert latest.code_signing_config_arn == signer.arn == SIGNER
    assert signer.code_signing_policies["UntrustedArtifactOnDeployment"] == "Enforce"
    assert latest.runtime_management_config is not None
    assert gaps(draft) == set()


def test_an_image_brings_its_own_runtime_and_is_not_signed() -> None:
    image = replace(FUNCTION, package_type="Image", state="Failed")
    draft, asked = draft_of(image)
    trouble.explained(draft, image)

    assert (asked, gaps(draft)) == ([], set())


@pytest.mark.parametrize(
    ("values", "group", "asked_for"),
    [((3.0,), GROUP, 1), ((0.0,), GROUP, 0), ((), GROUP, 0), ((3.0,), None, 0)],
    ids=["invoked and silent", "not invoked", "no metrics", "no log group"],
)
def test_when_a_log_was_last_written_is_asked_of_a_function_that_ran_and_wrote_nothing(
    values: tuple[float, ...], group: LogGroup | None, asked_for: int
) -> None:
    streams = [{"logStreamName": "s", "lastEventTimestamp": 1, "lastIngestionTime": 2, "storedBytes": 3}]
    draft, asked = draft_of(
        FUNCTION, *([group] if group else []), answers={"DescribeLogStreams": {"logStreams": streams}}
    )
    draft.measure(ARN, invoked(*values))
    trouble.explained(draft, FUNCTION)
    found = [one.log_streams for one in draft.all(LogGroup) if one.log_streams]

    assert asked.count("logs:DescribeLogStreams") == asked_for
    assert [stream[0].last_ingestion_time for stream in found] == [2] * asked_for


def test_the_alarms_of_functions_are_told_apart_from_all_others() -> None:
    mine = [{"Name": "FunctionName", "Value": NAME}]
    every = [
        {"AlarmArn": f"a{number}", "AlarmName": "a", "MetricName": "Errors", "Dimensions": dimensions, "Threshold": 1.0}
        for number, dimensions in enumerate((mine, [{"Name": "FunctionName", "Value": "other"}], []))
    ]
    draft, _ = draft_of(FUNCTION, answers={"DescribeAlarms": {"MetricAlarms": every}})
    alarms.alarms(draft)

    assert [(one.arn, one.threshold) for one in draft.all(Alarm)] == [("a0", 1.0)]


@pytest.mark.parametrize("text", [SECRET, f"{SECRET}:password::"], ids=["a secret", "a field of it"])
def test_a_secret_that_is_named_is_read_without_its_value(text: str) -> None:
    named = replace(FUNCTION, description=text)
    deleted = datetime(2026, 11, 20, tzinfo=UTC)
    answers = {
        "DescribeSecret": {"ARN": SECRET, "Name": "db", "KmsKeyId": "k", "DeletedDate": deleted, "Description": "pw"},
        "GetResourcePolicy": {"ResourcePolicy": json.dumps({"Statement": []})},
    }
    draft, asked = draft_of(named, answers=answers)
    (arn,) = mentioned.mentioned([named])
    found = mentioned.reader(draft, arn)
    assert found is not None
    found[0](draft, arn)
    (secret,) = draft.all(Secret)

    assert (secret.arn, secret.deleted_date, secret.policy, secret.extra) == (SECRET, deleted, {"Statement": []}, {})
    assert asked == ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"]


def version(number: str, **more: Any) -> dict[str, Any]:
    return {"FunctionName": NAME, "FunctionArn": f"{ARN}:{number}", "Version": number, "CodeSha256": number, **more}


def test_one_listing_tells_of_every_version_and_whole_of_those_that_get_traffic() -> None:
    alias = {"AliasArn": f"{ARN}:live", "Name": "live", "FunctionVersion": "2"}
    answers = {
        "ListVersionsByFunction": {
            "Versions": [{**version("$LATEST"), "FunctionArn": ARN}, version("1"), version("2")]
        },
        "ListAliases": {"Aliases": [alias]},
    }
    draft, asked = draft_of(FUNCTION, answers=answers, named=(NAME,))
    functions.details(draft, FUNCTION)
    latest = draft.resources[ARN]

    assert isinstance(latest, Function)
    assert [one.version for one in latest.published_versions or ()] == ["1", "2"]
    assert {one.version for one in draft.all(Function)} == {"$LATEST", "2"}
    assert isinstance(draft.resources[f"{ARN}:live"], Alias)
    assert "lambda:GetFunction" not in asked


def test_of_which_image_a_version_is_only_itself_can_tell() -> None:
    told = {"Configuration": version("1", PackageType="Image"), "Code": {"ImageUri": "image:1"}}
    answers = {
        "ListVersionsByFunction": {"Versions": [version("1", PackageType="Image")]},
        "ListAliases": {"Aliases": [{"AliasArn": f"{ARN}:live", "Name": "live", "FunctionVersion": "1"}]},
        "GetFunction": told,
    }
    draft, _ = draft_of(FUNCTION, answers=answers, named=(NAME,))
    functions.details(draft, FUNCTION)

    assert draft.resources[f"{ARN}:1"].image_uri == "image:1"  # type: ignore[union-attr]


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("more", "fetched"), [({}, 1), ({"code_sha256": "other"}, 2), ({"handler": "app.old"}, 2)], ids=["same", "code", "handler"]
)  # fmt: skip
def test_the_same_code_is_read_once(monkeypatch: pytest.MonkeyPatch, more: dict[str, str], fetched: int) -> None:
    codes: list[str] = []

    def download(_aws: Any, call: Call, _location: str) -> bytes:
        codes.append(call.parameters["FunctionName"])
        return zipped()

    monkeypatch.setattr("doctor.aws.packages.download", download)
    latest = replace(FUNCTION, code_sha256="c0de", handler="app.handler", runtime="python3.12")
    published = replace(latest, **{"function_arn": f"{ARN}:1", "version": "1", **more})
    draft, _ = draft_of(latest, published)
    package.package(draft, latest)

    assert codes == [ARN, f"{ARN}:1"][:fetched]
    assert [isinstance(one.package, Package) for one in draft.all(Function)] == [True, True]
    assert package.unread(draft, set()) == []


def test_what_is_never_read_is_a_gap_where_there_is_something_of_the_kind() -> None:
    uri = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/images:v1"
    zone = HostedZone(arn="zone", hosted_zone_id="Z1", name="corp.")
    image = replace(FUNCTION, image_uri=uri, vpc_config=VpcConfig(subnet_ids=("s",)))
    plain, _ = draft_of(FUNCTION)
    draft, _ = draft_of(image, zone, named=(NAME,))

    assert list(unread.gaps(plain)) == []
    assert {(gap.call.name, gap.reason) for gap in unread.gaps(draft)} == {
        ("cloudwatch:DescribeAlarms", "not_asked"),
        ("ecr:BatchGetImage", "unsupported"),
        ("route53:ListResourceRecordSets", "not_asked"),
        ("service-quotas:ListServiceQuotas", "not_asked"),
    }
