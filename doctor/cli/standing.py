"""What doctor itself did to an account and has not taken back: told beside whatever is asked about it."""

from typing import TYPE_CHECKING

from doctor.errors import UsageError

if TYPE_CHECKING:  # help does without them
    from doctor.pipeline import Account

_WORDS = {
    "stopped": "an apply stopped part-way",
    "undo_stopped": "an undo stopped part-way",
    "applied": "applied by doctor",
}


def told(account: "Account | None", where: str, function: str = "") -> None:
    """Say which changes stopped part-way; of one function, also what was applied to it.

    Args:
        account: ``None``: a file was read, to which nothing is applied.
        where: How the user named the account.
        function: Its name.
    """
    from doctor.cli.talk import tell
    from doctor.model import arns
    from doctor.report.lines.words import moment
    from doctor.store.journal import history

    if account is None:
        return
    mine = (account.aws.account, account.aws.region, account.aws.endpoint or "")
    try:
        receipts = [one for one in history() if (one.account, one.region, one.endpoint) == mine]
    except (UsageError, OSError):  # nothing can have been applied where nothing can be kept
        return
    for one in receipts:
        about = function and function in map(arns.name, (one.function, *one.affects))
        if one.state in ("stopped", "undo_stopped") or (about and one.state == "applied"):
            undo = " ".join(filter(None, ("doctor undo", one.id, where)))
            what = f"{arns.name(one.function)}: {one.title}"
            tell(f"{_WORDS[one.state]}, {moment(one.at)}: {what}; to take it back: {undo}")
