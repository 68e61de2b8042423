"""IPv6 is judged like everything else, on every tier: it opens, hangs, is refused, or is not there, and never leaves."""

import dataclasses
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doctor.model.outcome import Scenario
from doctor.model.trace import Destination, Trace
from doctor.sandbox.gate.views import Views
from doctor.sandbox.limits import Limits
from doctor.sandbox.opening import FORCED
from doctor.sandbox.run import run
from tests.unit.sandbox.gates import trace, views
from tests.unit.sandbox.support import ARN, Ran, finish, function, write

Through = Callable[..., Ran]
NOWHERE = "2001:db8::7"
"""Of nobody: RFC 3849."""
DUAL, FOUR = "sqs.eu-west-1.api.aws", "sqs.eu-west-1.amazonaws.com"
UNREACHABLE, REFUSED = 101, 111


@pytest.fixture
def through(gated: None, tmp_path: Path) -> Through:
    """Run a package once, its network leading to the gate; where nothing isolates it, it does not run at all."""

    def invoke(body: str, world: Views, **changes: Any) -> Ran:
        subject = function(**changes)
        code = write(tmp_path / "code", body, str(subject.runtime))
        scenario = Scenario(function=ARN, event=msgspec.Raw(b"null"))
        return Ran(*finish(run(subject, code, scenario, environment={}, limits=Limits(), views=world)))

    return invoke


def world(
    second: Callable[[Destination], Trace] = trace, first: Callable[[Destination], Trace] = trace, *, has: bool = True
) -> Views:
    """A function's world: what becomes of IPv6, of IPv4, and whether it has IPv6."""

    def by_address(destination: Destination) -> Trace:
        return (second if ":" in destination.value else first)(destination)

    return dataclasses.replace(views(network=by_address), trace6=second, ipv6=has)


def dropping(destination: Destination) -> Trace:
    return trace(destination, "unreachable", "timeout", "SG", "sg-1 lets nothing out to ::/0")


def refusing(destination: Destination) -> Trace:
    return trace(destination, "unreachable", "connection_refused", "DR_PORT_NOT_LISTENING", "nothing listens")


def nameless(destination: Destination) -> Trace:
    return trace(destination, "unreachable", "timeout", "NO_POSSIBLE_DESTINATION", "it has no IPv4 address")


def without(destination: Destination) -> Trace:
    return trace(
        destination, "unreachable", "network_unreachable", "DR_IPV6_NOT_ENABLED", "Ipv6AllowedForDualStack is off"
    )


def handler(*lines: str) -> str:
    return "import asyncio, os, socket\ndef handler(event, context):\n" + "".join(f"    {line}\n" for line in lines)


def connecting(host: str, port: int) -> str:
    return handler(
        "s = socket.socket(socket.AF_INET6); s.settimeout(0.5)",
        f"try: s.connect(({host!r}, {port}))",
        "except TimeoutError: return 'hung'",
        "except OSError as e: return e.errno",
        "return 'opened'",
    )


@pytest.mark.parametrize(
    ("second", "ends", "way"),
    [
        (trace, "opened", "open"),
        (dropping, "hung", "dropped"),
        (refusing, REFUSED, "refused"),
        (without, UNREACHABLE, "unreachable"),
    ],
)
def test_an_address_is_what_the_network_makes_of_it(
    through: Through, second: Callable[[Destination], Trace], ends: object, way: str
) -> None:
    ran = through(connecting(NOWHERE, 5432), world(second, has=second is not without))

    assert ran.payload == ends
    assert [(one.host, one.port, one.way, one.ipv6, one.place) for one in ran.result.connections] == [
        (NOWHERE, 5432, way, True, f"[{NOWHERE}]:5432")
    ]


def test_a_security_group_lets_one_port_through(through: Through) -> None:
    def by_port(destination: Destination) -> Trace:
        return trace(destination) if destination.port == 443 else dropping(destination)

    body = handler(
        "ends = []",
        "for port in (443, 5432):",
        "    s = socket.socket(socket.AF_INET6); s.settimeout(0.4)",
        f"    try: s.connect(({NOWHERE!r}, port)); ends.append('opened')",
        "    except TimeoutError: ends.append('hung')",
        "return ends",
    )

    assert through(body, world(by_port)).payload == ["opened", "hung"]


def test_a_mapped_address_is_one_of_ipv4(through: Through) -> None:
    ran = through(connecting("::ffff:10.0.0.7", 80), world(trace, dropping))

    assert ran.payload == "hung"
    assert [(one.host, one.ipv6) for one in ran.result.connections] == [("10.0.0.7", False)]


def test_the_account_answers_at_a_dual_stack_endpoint(through: Through) -> None:
    body = handler(
        "import boto3",
        f"sqs = boto3.client('sqs', endpoint_url='https://{DUAL}')",
        "return sqs.send_message(QueueUrl='https://sqs.eu-west-1.amazonaws.com/123456789012/work', MessageBody='x')['MessageId']",
    )
    ran = through(body, world(trace, nameless), timeout=20)

    assert ran.payload == "m-1"
    assert {(one.host, one.port, one.way, one.ipv6) for one in ran.result.connections if one.way == "open"} == {
        (DUAL, 443, "open", True)
    }
    assert [(one.call, one.answered) for one in ran.result.calls] == [("sqs:SendMessage", "embedded")]


@pytest.mark.parametrize(
    ("host", "has", "versions"),
    [(DUAL, True, [4, 6]), (DUAL, False, [4, 6]), (FOUR, True, [4]), ("example.com", True, [4])],
)
def test_a_name_has_the_addresses_that_are_known(through: Through, host: str, has: bool, versions: list[int]) -> None:
    body = handler(f"return [one[4][0] for one in socket.getaddrinfo({host!r}, 443, type=socket.SOCK_STREAM)]")
    found = through(body, world(has=has)).payload

    assert sorted(6 if ":" in one else 4 for one in found) == versions


def test_without_ipv6_a_resolver_puts_ipv4_first(through: Through) -> None:
    body = handler(f"return socket.getaddrinfo({DUAL!r}, 443, type=socket.SOCK_STREAM)[0][4][0]")

    assert through(body, world(without, has=False)).payload.startswith("198.18.")


def test_with_ipv6_a_resolver_puts_it_first_or_the_run_leans_on_the_order(through: Through) -> None:
    body = handler(f"return socket.getaddrinfo({DUAL!r}, 443, type=socket.SOCK_STREAM)[0][4][0]")
    ran = through(body, world())

    if os.environ.get(FORCED) == "seccomp":
        assert f"{DUAL} was tried by IPv4 first on this tier, and is by IPv6 first on Lambda" in ran.result.assumptions
    else:
        assert ran.payload.startswith("2001:2:")


def test_a_name_without_such_an_address_does_not_resolve_to_one(through: Through) -> None:
    body = handler(
        f"try: socket.getaddrinfo({FOUR!r}, 443, family=socket.AF_INET6)", "except socket.gaierror: return 'none'"
    )

    assert through(body, world()).payload == "none"


def test_whether_a_public_name_has_one_is_an_assumption_where_it_matters(through: Through) -> None:
    body = handler("socket.getaddrinfo('example.com', 443)")
    told = "example.com was given an IPv4 address only: whether it has an IPv6 one was not looked up"

    assert told in through(body, world()).result.assumptions
    assert told not in through(body, world(without, has=False)).result.assumptions


EYEBALLS = """
import asyncio
async def go():
    reader, writer = await asyncio.wait_for(asyncio.open_connection(HOST, 443, happy_eyeballs_delay=0.1), 3)
    found = writer.get_extra_info('socket').family.name
    writer.close()
    return found
def handler(event, context):
    try: return asyncio.run(go())
    except (TimeoutError, asyncio.TimeoutError): return 'hung'
    except OSError as e: return str(e.errno)
""".replace("HOST", repr(DUAL))


@pytest.mark.parametrize(
    ("second", "first", "ends", "ways"),
    [
        (dropping, trace, "AF_INET", {"open"}),
        (dropping, dropping, "hung", set()),
        (without, dropping, "hung", set()),
    ],
)
def test_who_tries_both_gets_what_one_of_them_gives(
    through: Through,
    second: Callable[[Destination], Trace],
    first: Callable[[Destination], Trace],
    ends: str,
    ways: set[str],
) -> None:
    ran = through(EYEBALLS, world(second, first, has=second is not without))

    assert ran.payload == ends
    assert {one.way for one in ran.result.connections if one.way == "open"} == ways
    assert all(one.host == DUAL for one in ran.result.connections)


def test_its_own_loopback_is_its_own(through: Through) -> None:
    body = handler(
        "s = socket.create_server(('::1', 0), family=socket.AF_INET6)",
        "c = socket.create_connection(s.getsockname()[:2], 2)",
        "s.accept()[0].sendall(b'own')",
        "return c.recv(9).decode()",
    )

    assert through(body, world()).payload == "own"


def test_what_this_machine_listens_on_is_not_reached(through: Through) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        assert through(connecting("::1", server.getsockname()[1]), world()).payload == REFUSED


@pytest.mark.parametrize("has", [True, False])
def test_datagrams_are_dropped_or_have_no_route(through: Through, has: bool) -> None:
    body = handler(
        "s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        f"try: s.connect(({NOWHERE!r}, 514)); n = s.send(b'xy')",
        "except OSError as e: return e.errno",
        "import time; time.sleep(0.2)",
        "return n",
    )
    ran = through(body, world(trace if has else without, has=has))

    assert ran.payload in ((2,) if has else (2, UNREACHABLE))  # in namespaces it is sent, to nobody


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not on the PATH")
@pytest.mark.parametrize(("second", "ends"), [(trace, "opened"), (without, "ENETUNREACH"), (dropping, "hung")])
def test_node_meets_the_same(through: Through, second: Callable[[Destination], Trace], ends: str) -> None:
    body = f"""
import net from 'node:net';
export const handler = () => new Promise((resolve) => {{
  const socket = net.connect({{ host: '{NOWHERE}', port: 5432 }});
  setTimeout(() => {{ socket.destroy(); resolve('hung'); }}, 700);
  socket.on('connect', () => {{ socket.destroy(); resolve('opened'); }});
  socket.on('error', (error) => resolve(error.code));
}});
"""
    ran = through(body, world(second, has=second is not without), runtime="nodejs20.x")

    assert ran.payload == ends
    assert [(one.host, one.port) for one in ran.result.connections] == [(NOWHERE, 5432)]
