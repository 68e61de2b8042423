"""The handler's network is the function's own: what may not be reached hangs, what may is answered by nobody but us."""

import dataclasses
import shutil
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doctor.iam.http_requests import HttpRequest
from doctor.model.call import Call
from doctor.model.decision import Decision
from doctor.model.gate import Injection
from doctor.model.outcome import Scenario, TimedOut
from doctor.model.trace import Destination, Trace
from doctor.sandbox import cell
from doctor.sandbox.gate.views import Answer, Views
from doctor.sandbox.launchers import Launchers
from doctor.sandbox.limits import Limits
from doctor.sandbox.run import run
from tests.unit.sandbox.gates import decision, trace, views
from tests.unit.sandbox.support import ARN, Ran, finish, function, write

Gated = Callable[..., Ran]
HANGS = Limits(timeout=1.5)


@pytest.fixture
def through(gated: None, tmp_path: Any) -> Gated:
    """Run a package once, its network leading to the gate."""

    def invoke(body: str, world: Views, event: Any = None, *, limits: Limits = Limits(), **changes: Any) -> Ran:  # noqa: B008
        subject = function(**changes)
        code = write(tmp_path / "code", body, str(subject.runtime))
        scenario = Scenario(function=ARN, event=msgspec.Raw(msgspec.json.encode(event)))
        return Ran(*finish(run(subject, code, scenario, environment={}, limits=limits, views=world)))

    return invoke


def handler(*lines: str) -> str:
    return "import socket\ndef handler(event, context):\n" + "".join(f"    {line}\n" for line in lines)


def connecting(host: str, port: int) -> str:
    return handler(
        f"try: socket.create_connection(({host!r}, {port}), event).close()",
        "except TimeoutError: return 'hung'",
        "except OSError as e: return e.errno",
        "return 'opened'",
    )


SENDING = """
import boto3
sqs = boto3.client("sqs")
def handler(event, context):
    return sqs.send_message(QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/work", MessageBody="secret-in-a-body")["MessageId"]
"""


def by_port(blocked: int, symptom: str = "timeout") -> Callable[[Destination], Trace]:
    def network(destination: Destination) -> Trace:
        if destination.port == blocked:
            return trace(destination, "unreachable", symptom, "SG", "sg-1 lets nothing out to it")  # type: ignore[arg-type]
        return trace(destination)

    return network


def test_a_service_that_cannot_be_reached_resolves_and_hangs(through: Gated) -> None:
    world = views(network=lambda one: trace(one, "unreachable", "timeout", "NO_ROUTE", "no route"))
    resolving = handler("name = socket.gethostbyname('sqs.eu-west-1.amazonaws.com')", "print(name, flush=True)")
    ran = through(resolving + "    socket.create_connection((name, 443))\n", world, limits=HANGS)

    assert ran.own[0].startswith("198.18.")
    assert isinstance(ran.outcome, TimedOut)
    assert [(one.host, one.port, one.way, one.why) for one in ran.result.connections] == [
        ("sqs.eu-west-1.amazonaws.com", 443, "dropped", "no route")
    ]


@pytest.mark.parametrize(("port", "ends"), [(443, "opened"), (5432, "hung")])
def test_a_security_group_lets_one_port_of_a_host_through(through: Gated, port: int, ends: str) -> None:
    assert through(connecting("10.0.3.7", port), views(network=by_port(5432)), 0.5).payload == ends


def test_a_port_on_which_nothing_listens_is_refused(through: Gated) -> None:
    world = views(network=by_port(6379, "connection_refused"))

    assert through(connecting("cache.internal.example", 6379), world, 2).payload == 111


def test_an_unknown_private_name_does_not_resolve_and_that_is_an_assumption(through: Gated) -> None:
    body = handler("try: socket.getaddrinfo('db.shop.internal', 5432)", "except socket.gaierror as e: return e.errno")
    ran = through(body, views(network=lambda one: trace(one, "unknown", "unknown", "UNKNOWN_DESTINATION", "not seen")))

    assert ran.payload == socket.EAI_NONAME
    assert [one.protocol for one in ran.result.connections] == ["dns"]
    assert any("private zones were not read" in one for one in ran.result.assumptions)


def test_a_vpc_without_dns_resolves_nothing(through: Gated) -> None:
    body = handler("try: socket.getaddrinfo('sqs.eu-west-1.amazonaws.com', 443)", "except socket.gaierror: return 'no'")
    world = views(network=lambda one: trace(one, "unreachable", "dns_error", "DR_DNS_SUPPORT_DISABLED", "off"))

    assert through(body, world).payload == "no"


def test_what_is_not_seen_is_let_through_and_said(through: Gated) -> None:
    world = views(network=lambda one: trace(one, "unknown", "unknown", "DR_MISSING_DATA", "its routes were not seen"))
    ran = through(connecting("10.9.9.9", 80), world, 2)

    assert ran.payload == "opened"
    assert any("its routes were not seen" in one for one in ran.result.assumptions)


def test_the_internet_gets_no_connection_and_that_is_said(through: Gated) -> None:
    body = handler(
        "s = socket.create_connection(('example.com', 443), 3)", "s.sendall(b'x' * 100)", "return len(s.recv(1))"
    )
    ran = through(body.replace("return", "import contextlib\n    with contextlib.suppress(OSError): return"), views())

    assert ran.payload in (0, None)
    assert [one.answered for one in ran.result.connections] == [False]
    assert any("example.com:443 was not answered" in one for one in ran.result.assumptions)


def test_other_packets_than_the_resolvers_are_dropped_and_that_is_said(through: Gated) -> None:
    body = handler("s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)", "return s.sendto(b'x', ('192.0.2.1', 8125))")
    ran = through(body, views())

    assert any("192.0.2.1:8125 (UDP)" in one for one in ran.result.assumptions)


def test_the_account_answers_an_allowed_call(through: Gated) -> None:
    ran = through(SENDING, views())

    assert ran.payload == "m-1"
    assert [(one.call, one.verdict, one.answered, one.times) for one in ran.result.calls] == [
        ("sqs:SendMessage", "allowed", "embedded", 1)
    ]
    assert not ran.result.assumptions


def test_a_denied_call_raises_the_sdks_own_error_with_awss_words(through: Gated) -> None:
    def deny(call: Call) -> tuple[Decision, ...]:
        assert call.parameters["QueueUrl"].endswith("/work")
        return (decision("denied"),)

    ran = through(SENDING, views(deny, answer=None))

    assert ran.outcome.error_type == "ClientError"  # type: ignore[union-attr]
    assert ran.outcome.error_message == (  # type: ignore[union-attr]
        "An error occurred (AccessDenied) when calling the SendMessage operation: User: "
        "arn:aws:sts::123456789012:assumed-role/demo-role/demo is not authorized to perform: sqs:sendmessage on resource: "
        "arn:aws:sqs:eu-west-1:123456789012:work because no identity-based policy allows the sqs:sendmessage action"
    )
    assert [(one.verdict, one.answered, one.error) for one in ran.result.calls] == [
        ("denied", "denied", "AccessDenied")
    ]


def test_an_sdk_that_heeds_no_endpoint_variable_is_caught_all_the_same(through: Gated) -> None:
    """As boto3 before 1.28: it connects to AWS's own host, by its own name, over TLS."""
    body = SENDING.replace('client("sqs")', 'client("sqs", endpoint_url="https://eu-west-1.queue.amazonaws.com")')
    seen: list[str] = []

    def answer(host: str, request: HttpRequest) -> Answer:
        seen.append(request.headers["host"])
        return Answer(200, {}, b'{"MessageId": "m-2"}')

    assert through(body, views(answer=answer)).payload == "m-2"
    assert seen == ["eu-west-1.queue.amazonaws.com"]


def test_a_call_in_the_query_protocol_is_denied_in_that_protocol(through: Gated) -> None:
    """What boto3 before 1.29 spoke to SQS."""
    body = handler(
        "import urllib.request, urllib.error",
        "form = b'Action=SendMessage&Version=2012-11-05&QueueUrl=https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F123456789012%2Fwork&MessageBody=x'",
        "signed = 'AWS4-HMAC-SHA256 Credential=ASIALOCALRUNOFDOCTOR/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0'",
        "headers = {'Authorization': signed, 'Content-Type': 'application/x-www-form-urlencoded'}",
        "request = urllib.request.Request('https://sqs.eu-west-1.amazonaws.com/', form, headers)",
        "try: urllib.request.urlopen(request, timeout=3)",
        "except urllib.error.HTTPError as e: return [e.code, e.read().decode()]",
    )
    status, text = through(body, views(lambda _call: (decision("denied"),))).payload

    assert status == 403
    assert "<Code>AccessDenied</Code>" in text


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not on the PATH")
def test_node_trusts_the_gate(through: Gated) -> None:
    body = """
import https from 'node:https';
export const handler = () => new Promise((resolve, reject) => {
  const headers = {
    Authorization: 'AWS4-HMAC-SHA256 Credential=ASIALOCALRUNOFDOCTOR/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    'X-Amz-Target': 'DynamoDB_20120810.ListTables', 'Content-Type': 'application/x-amz-json-1.0',
  };
  const request = https.request('https://dynamodb.eu-west-1.amazonaws.com/', { method: 'POST', headers }, (answer) => {
    let text = ''; answer.on('data', (part) => { text += part; }); answer.on('end', () => resolve([answer.statusCode, text]));
  });
  request.on('error', reject); request.end('{}');
});
"""
    ran = through(body, views(lambda call: (decision("denied", call.name, "*"),)), runtime="nodejs20.x")
    status, text = ran.payload

    assert status == 400
    assert '"__type": "AccessDeniedException"' in text


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not on the PATH")
def test_who_speaks_only_http_2_is_answered_in_it(through: Gated) -> None:
    """As the JavaScript SDK does to Kinesis."""
    body = """
import http2 from 'node:http2';
export const handler = () => new Promise((resolve, reject) => {
  const session = http2.connect('https://kinesis.eu-west-1.amazonaws.com');
  session.on('error', reject);
  const request = session.request({ ':method': 'POST', ':path': '/', 'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'Kinesis_20131202.PutRecord',
    authorization: 'AWS4-HMAC-SHA256 Credential=ASIALOCALRUNOFDOCTOR/20260101/eu-west-1/kinesis/aws4_request, SignedHeaders=host, Signature=0' });
  let status, text = '';
  request.on('response', (headers) => { status = headers[':status']; });
  request.on('data', (part) => { text += part; });
  request.on('end', () => { session.close(); resolve([status, text.length]); });
  request.end(JSON.stringify({ StreamName: 's', Data: 'eA==', PartitionKey: 'p' }));
});
"""
    answer = Answer(200, {"Content-Type": "application/json"}, b"y" * 300_000)
    ran = through(body, views(answer=lambda *_: answer), runtime="nodejs20.x")

    assert ran.payload == [200, 300_000]
    assert [(one.call, one.times) for one in ran.result.calls] == [("kinesis:PutRecord", 1)]


def test_a_handler_that_trusts_its_own_certificates_only_is_not_answered(through: Gated) -> None:
    body = SENDING.replace('client("sqs")', 'client("sqs", verify="/var/runtime/botocore/cacert.pem")')
    ran = through(body, views(), limits=HANGS)

    assert any("does not trust the certificate" in one for one in ran.result.assumptions)
    assert not ran.result.calls


def test_an_allowed_call_that_nobody_can_answer_is_an_assumption(through: Gated) -> None:
    ran = through(SENDING, views(answer=None))

    assert any("nobody here could answer it: there is none in this test" in one for one in ran.result.assumptions)


def test_nothing_of_a_call_is_recorded_but_what_it_is(through: Gated) -> None:
    ran = through(SENDING, views())
    recorded = msgspec.json.encode((ran.result, [str(event) for event in ran.events]))

    assert b"secret-in-a-body" not in recorded
    assert b"not-a-secret-of-any-account" not in recorded
    assert b"Signature" not in recorded


def test_a_large_body_goes_through_both_ways(through: Gated) -> None:
    body = handler(
        "import boto3",
        "s3 = boto3.client('s3')",
        "sent = s3.put_object(Bucket='b', Key='k', Body=b'x' * 3_000_000)['ETag']",
        "return [sent, len(s3.get_object(Bucket='b', Key='k')['Body'].read())]",
    )
    sizes: list[int] = []

    def answer(_host: str, request: HttpRequest) -> Answer:
        sizes.append(len(request.body))
        return Answer(200, {"ETag": '"e"'}, b"" if request.method == "PUT" else b"y" * 4_000_000)

    ran = through(body, views(answer=answer), timeout=30, memory_size=1769)

    assert ran.payload == ['"e"', 4_000_000]
    assert sizes[0] >= 3_000_000


def test_a_handler_that_connects_to_every_port_of_its_own_breaks_nothing(through: Gated) -> None:
    body = handler(
        "opened = 0",
        "for port in range(32768, 61000):",
        "    s = socket.socket(); opened += s.connect_ex(('169.254.100.6', port)) == 0; s.close()",
        "return opened",
    )

    assert through(body, views(), timeout=60, memory_size=1769).payload >= 1


def test_nothing_is_left_of_a_gate(through: Gated) -> None:
    def here() -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    through(SENDING, views())  # what is loaded once is loaded
    before, mounts = here(), Path("/proc/self/mounts").read_text()
    through(SENDING, views())
    hanging = views(network=lambda one: trace(one, "unreachable", "timeout", "NO_ROUTE", "no route"))
    through(connecting("10.0.0.1", 80), hanging, limits=HANGS)

    assert here() == before
    assert Path("/proc/self/mounts").read_text() == mounts


def test_both_dimensions_say_by_what_they_were_enforced(through: Gated) -> None:
    ran = through(handler("return 1"), views())

    assert {one.dimension: one.by for one in ran.result.enforced if one.dimension in ("network", "policies")} == {
        "network": "namespace",
        "policies": "doctor.iam",
    }


def test_without_a_wire_there_is_no_network_at_all_and_that_is_said(
    through: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel that refuses the wire: never open, and the run says so."""
    refusing = "from doctor.sandbox.launcher import forker, network\ndef no(): raise OSError(95, 'network device: not supported')\nnetwork.wire = no\n"
    program = "import sys; sys.path.append(sys.argv[1])\n" + refusing + "forker.serve(int(sys.argv[2]))"
    monkeypatch.setattr(cell, "launchers", Launchers(program))
    ran = through(connecting("192.0.2.1", 80), views(), 2)

    assert ran.payload == 101
    assert [one.by for one in ran.result.enforced if one.dimension in ("network", "policies")] == ["", ""]
    assert any("network device: not supported" in one.note for one in ran.result.enforced)
    assert any("tried to reach the network" in one for one in ran.result.assumptions)


def test_an_sdk_tries_again_what_was_throttled(through: Gated) -> None:
    world = dataclasses.replace(views(), injected=(Injection(call="sqs:SendMessage", throttled=1),))
    ran = through(SENDING, world, timeout=20)

    assert ran.payload == "m-1"
    assert [(one.answered, one.error) for one in ran.result.calls] == [
        ("throttled", "RequestThrottled"),
        ("embedded", ""),
    ]


def test_an_answer_that_takes_longer_than_the_timeout_is_a_timeout(through: Gated) -> None:
    world = dataclasses.replace(views(), injected=(Injection(call="sqs:*", latency=5000),))
    ran = through(SENDING, world, limits=HANGS)

    assert isinstance(ran.outcome, TimedOut)
    assert ran.result.assumptions == ("sqs:* took 5000 ms longer, as was asked for",)


def test_without_cryptography_there_is_no_network_at_all_and_that_is_said(
    through: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doctor.sandbox.run.find_spec", lambda _name: None)
    ran = through(connecting("192.0.2.1", 80), views(), 2)

    assert ran.payload == 101
    assert any("pip install 'lambda-doctor[local]'" in one.note for one in ran.result.enforced if not one.by)


def test_what_breaks_in_the_gate_breaks_the_run(through: Gated) -> None:
    """A gate that died would look like a network that hangs."""

    def broken(_destination: Destination) -> Trace:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        through(connecting("10.0.0.1", 80), views(network=broken), 1, limits=HANGS)


def test_who_invokes_asynchronously_gets_an_empty_answer(gated: None, tmp_path: Any) -> None:
    code = write(tmp_path / "code", handler("print('ran', flush=True)", "return 1"), "python3.11")
    scenario = Scenario(function=ARN, event=msgspec.Raw(b"1"), invocation_type="Event")
    ran = Ran(*finish(run(function(), code, scenario, environment={})))

    assert (ran.payload, ran.own) == ("", ["ran"])
