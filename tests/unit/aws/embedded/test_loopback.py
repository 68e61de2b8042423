"""No URL that the account hands out leads off this machine."""

import io
import re
import socket
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from doctor.aws.embedded.server import _stay_on_loopback
from tests.unit.aws.embedded.probe import Account, fetch, package


def _function(account: Account) -> Any:
    account.function()
    return account.lambda_("get_function")


def _layer(account: Account) -> Any:
    made = account.call("lambda", "publish_layer_version", LayerName="l", Content={"ZipFile": package()})
    found = account.call("lambda", "get_layer_version", LayerName="l", VersionNumber=1)
    return made, found, account.call("lambda", "get_layer_version_by_arn", Arn=made["LayerVersionArn"])


def _queue(account: Account) -> Any:
    account.queue()
    return account.call("sqs", "list_queues"), account.call("sqs", "get_queue_url", QueueName="q")


def _function_url(account: Account) -> Any:
    account.function()
    made = account.lambda_("create_function_url_config", AuthType="NONE")
    return made, account.lambda_("get_function_url_config"), account.lambda_("list_function_url_configs")


@pytest.mark.parametrize("read", [_function, _layer, _queue, _function_url])
def test_every_url_is_on_the_account_itself(account: Account, read: Callable[[Account], Any]) -> None:
    urls = re.findall(r"\w+://[^'\"]*", repr(read(account)))

    assert urls
    assert {urlsplit(url).netloc for url in urls} == {urlsplit(account.embedded.endpoint).netloc}


def test_a_package_can_be_downloaded(account: Account) -> None:
    account.function(Code={"ZipFile": package("first")}, Publish=True)
    account.lambda_("update_function_code", ZipFile=package("second"))

    assert _module(account.lambda_("get_function", Qualifier="1")) == b"first"
    assert _module(account.lambda_("get_function")) == b"second"


def _module(answer: Any) -> bytes:
    _, content = fetch(answer["Code"]["Location"])
    return zipfile.ZipFile(io.BytesIO(content)).read("app.py")


def test_the_account_connects_to_nobody(account: Account) -> None:
    """A topic with a subscriber elsewhere: moto would deliver to it. 192.0.2.1 is nobody's; reaching for it takes minutes."""
    sns = account.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]

    for endpoint in ("http://192.0.2.1/x", "http://subscriber.example/x"):
        account.call("sns", "subscribe", TopicArn=topic, Protocol="http", Endpoint=endpoint)
        assert account.call("sns", "publish", TopicArn=topic, Message="m")


@pytest.mark.parametrize(
    ("event", "arguments", "error"),
    [
        ("socket.connect", (None, ("192.0.2.1", 80)), ConnectionRefusedError),
        ("socket.connect", (None, ("::ffff:192.0.2.1", 80, 0, 0)), ConnectionRefusedError),
        ("socket.getaddrinfo", ("lambda.us-east-1.amazonaws.com", 443, 0, 0, 0), socket.gaierror),
    ],
)
def test_the_server_refuses_to_leave_the_machine(event: str, arguments: Any, error: type[OSError]) -> None:
    with pytest.raises(error, match="the embedded account"):
        _stay_on_loopback(event, arguments)


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("socket.connect", (None, ("127.0.0.1", 80))),
        ("socket.connect", (None, "/run/a.socket")),
        ("socket.getaddrinfo", ("127.0.0.1", 80, 0, 0, 0)),
        ("open", ("/etc/hosts", "r", 0)),
    ],
)
def test_the_server_may_do_everything_else(event: str, arguments: Any) -> None:
    assert _stay_on_loopback(event, arguments) is None
