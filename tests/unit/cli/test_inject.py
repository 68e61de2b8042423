"""``--inject``: what it reads, and the one line for what it does not."""

from argparse import ArgumentParser

import pytest

from doctor.cli.options import add_injected, injected
from doctor.errors import UsageError
from doctor.model.call import Call
from doctor.model.gate import Injection


def read(*texts: str) -> tuple[Injection, ...]:
    parser = ArgumentParser()
    add_injected(parser)
    return injected(parser.parse_args([word for text in texts for word in ("--inject", text)]))


def test_each_form_is_read() -> None:
    assert read("sqs:SendMessage=throttle", "dynamodb:*=throttle*2", "s3:*=250ms", "states:StartExecution=1.5s") == (
        Injection(call="sqs:SendMessage", throttled=0),
        Injection(call="dynamodb:*", throttled=2),
        Injection(call="s3:*", latency=250),
        Injection(call="states:StartExecution", latency=1500),
    )
    assert read() == ()


@pytest.mark.parametrize(
    "text", ["sqs", "sqs:SendMessage", "sqs:SendMessage=", "sqs:SendMessage=slow", "sqs:x=throttle", "s3:*=throttle*0"]
)
def test_what_is_none_is_said_with_what_would_be(text: str) -> None:
    with pytest.raises(UsageError, match=r"--inject .*: write service:Operation=throttle"):
        read(text)


def test_a_service_as_a_whole_is_all_of_its_calls() -> None:
    whole, one = read("sqs:*=throttle", "sqs:SendMessage=throttle")

    assert whole.fits(Call(service="sqs", operation="ReceiveMessage"))
    assert not one.fits(Call(service="sqs", operation="ReceiveMessage"))
    assert not whole.fits(Call(service="sns", operation="Publish"))
