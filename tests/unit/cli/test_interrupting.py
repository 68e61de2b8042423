"""Ctrl-C while an account is being changed: first a wish, then the end; what was sent is never passed over in silence."""

import os
import signal

import pytest

from doctor.cli.interrupting import stoppable


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_one_is_a_wish(capsys: pytest.CaptureFixture[str]) -> None:
    with stoppable() as stopped:
        assert not stopped()
        press()
        assert stopped()

    assert "no further call will be sent" in capsys.readouterr().err


def test_the_second_one_ends_it_and_says_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    with stoppable():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()

    assert "'doctor undo' takes it back" in capsys.readouterr().err


def test_afterwards_it_is_what_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stoppable():
        pass

    assert signal.getsignal(signal.SIGINT) is before
