"""A small account as the worker would tell it: the same data for the goldens and for the recorded worker."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from doctor.engine.operations import properties
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.finding import (
    Applicability,
    Evidence,
    Explanation,
    Finding,
    Fix,
    Problem,
    RuledOut,
    Severity,
    Skip,
    Step,
    Touched,
)
from doctor.model.function import Alias, Environment, Function, Layer, VpcConfig
from doctor.model.redacted import Redacted
from doctor.model.report import FunctionDetail, FunctionRow, Overview, RuleCard
from doctor.model.telemetry import Invocation, LogLine, MetricSeries, Observation, Symptom, SymptomKind

REGION = "eu-west-1"
ACCOUNT = "123456789012"
NOW = datetime(2026, 11, 23, 10, 42, 0, tzinfo=UTC)


def arn(name: str, qualifier: str = "$LATEST") -> str:
    return arns.function(REGION, ACCOUNT, name, qualifier)


def row(name: str, health: str, why: str, **more) -> FunctionRow:
    settings = {"runtime": "python3.12", "memory_size": 256, "timeout": 30, "errors_per_hour": 0.0, "p95": 400.0}
    return FunctionRow(arn=arn(name), name=name, health=health, why=why, **{**settings, **more})


ROWS = (
    row(
        "payments-reconcile",
        "critical",
        "times out: NAT gateway nat-0d9 was deleted, 0.0.0.0/0 leads nowhere",
        findings=2,
        worst=Severity.CRITICAL,
        errors_per_hour=41.0,
        p95=30_030.0,
        role="payments-role",
        vpc="vpc-0a",
        rules=("nat-gateway-gone", "no-route-to-service"),
        tags=(("Team", "Payments"), ("stage", "prod")),
    ),
    row(
        "report-export",
        "critical",
        "times out: needs about 4.2 s, timeout is 3 s",
        findings=1,
        worst=Severity.HIGH,
        timeout=3,
        errors_per_hour=12.0,
        p95=3003.0,
    ),
    row(
        "billing-nightly",
        "warning",
        "messages reappear after 30 s, but the function may run for 60 s",
        findings=1,
        worst=Severity.MEDIUM,
        runtime="nodejs22.x",
        timeout=60,
        p95=31_200.0,
    ),
    row(
        "catalog-import",
        "unexplained",
        "raises ValueError: [bold]not markup[/] 漢字",
        runtime="nodejs20.x",
        memory_size=1024,
        errors_per_hour=0.4,
    ),
    row(
        "search-indexer",
        "partial",
        "logs not seen: logs:FilterLogEvents denied",
        runtime="python3.11",
        errors_per_hour=None,
        p95=None,
    ),
    row("emails-send", "ok", "12 rules passed"),
    row("webhook-stripe", "ok", "12 rules passed", runtime="nodejs22.x", memory_size=512, timeout=10, p95=180.0),
)

OVERVIEW = Overview(
    source="profile prod",
    snapshot="snapshots/2026-11-23T104200Z.json",
    taken_at=NOW,
    account=ACCOUNT,
    region=REGION,
    identity=f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/me",
    live=True,
    functions=len(ROWS),
    not_seen=("logs:FilterLogEvents denied once: User is not authorized to perform logs:FilterLogEvents",),
)


def _configuration(name: str, **more) -> Function:
    return Function(
        function_name=name,
        function_arn=arn(name),
        role=f"arn:aws:iam::{ACCOUNT}:role/{name}",
        handler="app.handler",
        code_size=1_204_224,
        code_sha256="a81fZm9v",
        last_modified="2026-11-21T17:02:11.000+0000",
        **{"runtime": "python3.12", "timeout": 30, "memory_size": 256, **more},
    )


def _failed(request_id: str, at: datetime, seconds: float) -> Invocation:
    milliseconds = seconds * 1000
    stop = at + timedelta(seconds=seconds)
    return Invocation(
        request_id=request_id,
        at=at,
        log_stream="2026/11/23/[$LATEST]0a1b",
        status="timeout",
        error_message=f"Task timed out after {seconds:.2f} seconds",
        duration=milliseconds,
        billed_duration=milliseconds,
        init_duration=212.4,
        memory_size=256,
        max_memory_used=99,
        lines=(
            LogLine(at=at, message=f"START RequestId: {request_id} Version: $LATEST"),
            LogLine(at=at + timedelta(milliseconds=31), message="[INFO]\tloading [red]secret[/red] prod/payments/db"),
            LogLine(at=stop, message=f"{request_id} Task timed out after {seconds:.2f} seconds"),
            LogLine(at=stop, message=f"END RequestId: {request_id}"),
            LogLine(
                at=stop,
                message=f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\tMax Memory Used: 99 MB",
            ),
        ),
    )


def _set_timeout(name: str, seconds: int) -> Call:
    parameters = {"FunctionName": name, "Timeout": seconds}
    where = {"account": ACCOUNT, "region": REGION}
    return Call(service="lambda", operation="UpdateFunctionConfiguration", parameters=parameters, **where)


def _slow_fix(name: str, before: int, after: int) -> Fix:
    call = _set_timeout(name, after)
    return Fix(
        title=f"raise the timeout to {after} s",
        steps=(
            Step(
                name="timeout",
                call=call,
                expects_before=(Touched(resource=arn(name), field="Timeout", value=before),),
                undo=_set_timeout(name, before),
                actions=("lambda:UpdateFunctionConfiguration",),
                as_code=properties.function(call),
            ),
        ),
        cost="only while it runs longer",
    )


_SLOW = "timeout-too-low"
_SLOW_FINDING = Finding(
    rule=_SLOW,
    severity=Severity.HIGH,
    subject=arn("report-export"),
    affects=(arn("report-export"),),
    fingerprint="f1",
    problem=Problem(
        message="the handler needs about 4.2 s, but it is stopped after 3 s",
        evidence=(
            Evidence(resource=arn("report-export"), field="Timeout", value=3, source="lambda:GetFunctionConfiguration"),
            Evidence(
                resource=arn("report-export"),
                field="message",
                value="Task timed out after 3.00 seconds",
                source="logs:FilterLogEvents",
                at=NOW - timedelta(minutes=4),
            ),
        ),
        fixes=(
            _slow_fix("report-export", 3, 9),
            Fix(
                title="do less work in one invocation",
                applicability=Applicability.MANUAL,
                note="split the export into pages and let a queue hand them out",
            ),
        ),
        explains=(Symptom(kind=SymptomKind.TIMED_OUT),),
        expects="timed_out",
    ),
)


def _observed(name: str, count: int, example: str) -> Observation:
    return Observation(
        symptom=Symptom(kind=SymptomKind.TIMED_OUT),
        function=arn(name),
        count=count,
        first=NOW - timedelta(hours=2),
        last=NOW - timedelta(minutes=4),
        example=example,
    )


SLOW = FunctionDetail(
    row=ROWS[1],
    versions=(
        _configuration(
            "report-export",
            timeout=3,
            environment=Environment(
                variables={
                    "TABLE": "arn:aws:dynamodb:eu-west-1:123456789012:table/reports",
                    "DB_PASSWORD": Redacted(kind="value", length=18, digest="0f1e2d3c4b5a"),
                }
            ),
            layers=(Layer(arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:common:3", code_size=90_112),),
        ),
    ),
    aliases=(Alias(alias_arn=arn("report-export", "live"), name="live", function_version="7"),),
    findings=(_SLOW_FINDING,),
    explanations=(Explanation(observation=_observed("report-export", 12, "6f1b2c3d-0000"), findings=("f1",)),),
    skips=(
        Skip(
            rules=("boundary-denies",),
            severity=Severity.HIGH,
            subject=arn("report-export"),
            gap=Gap(
                reason="denied",
                call=Call(service="iam", operation="GetPolicy"),
                resource=f"arn:aws:iam::{ACCOUNT}:policy/limits",
                error="User is not authorized to perform iam:GetPolicy",
            ),
        ),
    ),
    ruled_out=(
        RuledOut(
            function=arn("report-export"),
            symptom=Symptom(kind=SymptomKind.TIMED_OUT),
            cause="no route to a called service",
            why="the function is in no VPC",
        ),
    ),
    rules=(
        RuleCard(
            name=_SLOW,
            severity=Severity.HIGH,
            summary="A function is stopped before its handler is done.",
            page=(
                "A function is stopped before its handler is done.\n\n"
                "Lambda stops an invocation after `Timeout` seconds.\n"
                "What the handler began is left as it is.\n\n"
                "Covers: timeout-too-low\n"
                "Fix: raise the timeout. Safe: the handler runs as before.\n"
                "See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html\n"
            ),
        ),
    ),
    passed=("handler-missing", "import-failed", "memory-too-low"),
    invocations=(
        _failed("6f1b2c3d-0000", NOW - timedelta(minutes=4), 3.0),
        Invocation(
            request_id="5e0a1b2c-0000",
            at=NOW - timedelta(minutes=40),
            duration=2804.0,
            memory_size=256,
            max_memory_used=98,
            lines=(LogLine(at=NOW - timedelta(minutes=40), message="START RequestId: 5e0a1b2c-0000 Version: $LATEST"),),
        ),
    ),
    metrics=(
        MetricSeries(
            namespace="AWS/Lambda",
            metric_name="Duration",
            stat="p95",
            period=300,
            timestamps=tuple(NOW - timedelta(minutes=5 * back) for back in range(36, 0, -1)),
            values=tuple(900.0 + 40 * (back % 3) if back < 18 else 3003.0 for back in range(36)),
        ),
        MetricSeries(
            namespace="AWS/Lambda",
            metric_name="Errors",
            stat="Sum",
            period=300,
            timestamps=tuple(NOW - timedelta(minutes=5 * back) for back in range(36, 0, -1)),
            values=tuple(0.0 if back < 18 else 1.0 for back in range(36)),
        ),
    ),
)

_SUBNETS = tuple(arns.ec2(REGION, ACCOUNT, "subnet", name) for name in ("subnet-0a1", "subnet-0b2"))
_NAT = arns.ec2(REGION, ACCOUNT, "natgateway", "nat-0d9")
_ROUTES = arns.ec2(REGION, ACCOUNT, "route-table", "rtb-07c")

NETWORK = FunctionDetail(
    row=ROWS[0],
    versions=(
        _configuration(
            "payments-reconcile",
            vpc_config=VpcConfig(
                vpc_id="vpc-0a", subnet_ids=("subnet-0a1", "subnet-0b2"), security_group_ids=("sg-01",)
            ),
        ),
    ),
    findings=(
        Finding(
            rule="nat-gateway-gone",
            severity=Severity.CRITICAL,
            subject=_NAT,
            affects=tuple(arn(name) for name in ("payments-reconcile", "invoices-send", "stock-sync")),
            fingerprint="n1",
            problem=Problem(
                message="the NAT gateway was deleted by ci-cleanup",
                evidence=(
                    Evidence(
                        resource=_NAT,
                        field="State",
                        value="deleted",
                        source="ec2:DescribeNatGateways",
                        at=NOW - timedelta(hours=11),
                    ),
                    Evidence(
                        resource=_ROUTES,
                        field="Routes[0.0.0.0/0].State",
                        value="blackhole",
                        source="ec2:DescribeRouteTables",
                    ),
                ),
                fixes=(
                    Fix(
                        title="an interface endpoint for secretsmanager in both subnets",
                        cost="$14.60 a month",
                        applicability=Applicability.UNSAFE,
                        risk="private DNS changes where every function of the VPC finds secretsmanager",
                        steps=_slow_fix("payments-reconcile", 30, 31).steps,
                    ),
                ),
                expects="timed_out",
            ),
        ),
        Finding(
            rule="no-route-to-service",
            severity=Severity.CRITICAL,
            subject=_SUBNETS[0],
            affects=(arn("payments-reconcile"),),
            fingerprint="n2",
            causes=("n1",),
            problem=Problem(
                message="no usable route from subnet-0a1 and subnet-0b2 to secretsmanager.eu-west-1.amazonaws.com:443",
                evidence=(
                    Evidence(
                        resource=_ROUTES,
                        field="Routes[0.0.0.0/0].NatGatewayId",
                        value="nat-0d9",
                        source="ec2:DescribeRouteTables",
                    ),
                ),
            ),
        ),
        Finding(
            rule="queue-without-dead-letters",
            severity=Severity.MEDIUM,
            subject=f"arn:aws:sqs:{REGION}:{ACCOUNT}:payments-in",
            affects=(arn("payments-reconcile"),),
            fingerprint="n3",
            problem=Problem(message="messages that fail for good are lost", evidence=()),
        ),
    ),
    explanations=(Explanation(observation=_observed("payments-reconcile", 41, "9a7c0000"), findings=("n1", "n2")),),
    passed=tuple(f"rule-{number}" for number in range(9)),
    invocations=(_failed("9a7c0000", NOW - timedelta(minutes=2), 30.0),),
)

HEALTHY = FunctionDetail(
    row=ROWS[5], versions=(_configuration("emails-send"),), passed=("handler-missing", "memory-too-low")
)
_RAISED = replace(
    _observed("catalog-import", 1, "gone"),
    symptom=Symptom(kind=SymptomKind.RAISED, detail="ValueError"),
    last=NOW,
)
UNEXPLAINED = FunctionDetail(
    row=ROWS[3],
    versions=(_configuration("catalog-import", runtime="nodejs20.x"),),
    explanations=(Explanation(observation=_RAISED),),
)
DETAILS = {one.row.name: one for one in (SLOW, NETWORK, HEALTHY, UNEXPLAINED)}
