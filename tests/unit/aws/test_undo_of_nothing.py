"""An undo of what is no longer in the account says so, and sends nothing."""

import pytest

from doctor.errors import WorldChanged
from tests.unit.aws.test_apply_undo import WRITES, applied, fresh, undone


def test_what_is_gone_is_said_to_be() -> None:
    account = fresh()
    receipt = applied(account)
    account.aliases.clear()
    before = [call for call in account.sent if call.operation in WRITES]
    with pytest.raises(WorldChanged, match=r"no longer there .*: nothing is left to take back, and nothing was sent"):
        undone(receipt, account)

    assert [call for call in account.sent if call.operation in WRITES] == before
