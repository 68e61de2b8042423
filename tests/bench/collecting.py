"""How fast an account is read: wall clock against what its quotas allow, calls, CPU and memory.

``python -m tests.bench.collecting [FUNCTIONS ...]`` (200 and 1,000) puts that many functions into an embedded account,
stands a front before it that adds 60 ms and enforces Lambda's quotas, and lets ``doctor collect`` read it.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3

from doctor.aws.embedded.account import Embedded
from tests.bench.front import Front, serve

LATENCY = 0.06
ROLES = 20
REGION = "eu-west-1"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def client(embedded: Embedded, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=embedded.endpoint,
        region_name=REGION,
        aws_access_key_id="embedded",
        aws_secret_access_key="embedded",
    )


def package() -> bytes:
    """The smallest function."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event\n")
    return buffer.getvalue()


def build(embedded: Embedded, count: int) -> None:
    """One function in four in a VPC, in five with a queue, in three with a policy, in twenty with an alias and in twenty failing."""
    awslambda, ec2, sqs = (client(embedded, name) for name in ("lambda", "ec2", "sqs"))
    roles = [
        client(embedded, "iam").create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        for number in range(ROLES)
    ]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="functions", Description="functions", VpcId=vpc)["GroupId"]
    code = package()
    for number in range(count):
        name = f"function-{number:04}"
        more = {"VpcConfig": {"SubnetIds": [subnet], "SecurityGroupIds": [group]}} if number % 4 == 0 else {}
        awslambda.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=roles[number % ROLES],
            Handler="app.handler",
            Code={"ZipFile": code},
            Environment={"Variables": {"STAGE": "prod", "TABLE": name}},
            **more,
        )
        if number % 3 == 0:
            awslambda.add_permission(
                FunctionName=name, StatementId="s", Action="lambda:InvokeFunction", Principal="events.amazonaws.com"
            )
        if number % 5 == 0:
            queue = sqs.create_queue(QueueName=name)["QueueUrl"]
            arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            awslambda.create_event_source_mapping(EventSourceArn=arn, FunctionName=name)
        if number % 20 == 0:
            version = awslambda.publish_version(FunctionName=name)["Version"]
            awslambda.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
    fail(embedded, [f"function-{number:04}" for number in range(7, count, 20)])


def fail(embedded: Embedded, names: list[str]) -> None:
    """Let functions have failed, as metrics and logs tell it."""
    now = datetime.now(UTC) - timedelta(minutes=10)
    logs, cloudwatch = client(embedded, "logs"), client(embedded, "cloudwatch")
    for name in names:
        dimensions = [{"Name": "FunctionName", "Value": name}]
        data = [
            {"MetricName": metric, "Dimensions": dimensions, "Timestamp": now, "Value": 5.0}
            for metric in ("Invocations", "Errors")
        ]
        cloudwatch.put_metric_data(Namespace="AWS/Lambda", MetricData=data)
        logs.create_log_group(logGroupName=f"/aws/lambda/{name}")


def collect(front: Front, embedded: Embedded, place: Path, *more: str) -> dict[str, Any]:
    """Run ``doctor collect`` against the front and measure it."""
    output = place / "snapshot.json"
    environment = {
        **os.environ,
        **embedded.environment(),
        "AWS_ENDPOINT_URL": front.endpoint,
        "DOCTOR_HOME": str(place),
    }
    started = time.monotonic()
    child = subprocess.Popen([sys.executable, "-m", "doctor", "collect", "-o", str(output), *more], env=environment)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    gaps = json.loads(output.read_text()).get("gaps", []) if output.exists() else []
    return {
        "wall": time.monotonic() - started,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
        "code": child.returncode,
        "lost": sum(gap["reason"] in ("throttled", "failed") for gap in gaps),
        "size": output.stat().st_size,
    }


def report(title: str, front: Front, count: int, seen: dict[str, Any]) -> None:
    one_by_one, side_by_side = front.bound()
    calls = sum(front.answered[name] for name in ("lambda", "lambda:GetFunction", "lambda:GetPolicy"))
    print(
        f"{title}: wall {seen['wall']:.1f} s = {seen['wall'] / one_by_one:.2f} of the bound of {one_by_one:.1f} s "
        f"(buckets side by side: {side_by_side:.1f} s), {seen['lost']} calls lost, {sum(front.refused.values())} throttled, "
        f"{sum(front.answered.values())} calls, of Lambda's {calls / count:.2f} a function, "
        f"CPU {seen['cpu']:.2f} s, {seen['memory']:.0f} MB, snapshot {seen['size'] / 1e6:.2f} MB, exit code {seen['code']}"
    )


def main() -> None:
    for count in [int(one) for one in sys.argv[1:]] or [200, 1000]:
        with Embedded.start(region=REGION) as embedded, tempfile.TemporaryDirectory() as place:
            build(embedded, count)
            behind = embedded.endpoint.removeprefix("http://")
            for title, functions, least in (
                (f"{count} functions", (), ()),
                ("the same again", (), ()),
                ("one function", ("function-0005",), ("--full",)),
            ):
                output = Path(place)
                with serve(Front(behind, latency=LATENCY, quotas=True)) as front:
                    report(title, front, len(functions) or count, collect(front, embedded, output, *least, *functions))


if __name__ == "__main__":
    main()
