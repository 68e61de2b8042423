"""What a role lets a function do, held against what the function was seen to need."""

from doctor.model.decision import StatementRef
from doctor.model.record import Record


class SeenNeed(Record):
    """An action that a function was seen to need, and where."""

    action: str
    resource: str = ""
    """ARN or pattern; empty: which one is not known."""
    told: str
    """``app.py, line 7``, ``its log group``."""


class Grant(Record):
    """One Allow statement of the role's own policies, as far as no other policy takes it back."""

    statement: StatementRef
    resources: tuple[str, ...]
    """As the statement writes them."""
    needed: tuple[SeenNeed, ...] = ()
    """What of it was seen to be needed."""
    unneeded: tuple[str, ...] = ()
    """The actions of it that the function was never seen to need; ``s3:*`` for all of a service's."""
    count: int = 0
    """How many actions that are, written out."""


class Allowance(Record):
    """Everything that a function's code may do."""

    function: str
    role: str
    grants: tuple[Grant, ...] = ()
    unmet: tuple[SeenNeed, ...] = ()
    """What it was seen to need, and no statement of the role's allows."""
    refused: tuple[SeenNeed, ...] = ()
    """What it was seen to need and a statement of the role's allows, and another policy denies."""
    unseen: tuple[str, ...] = ()
    """What would show more of what it needs, and was not read; or which policy was not."""

    @property
    def spare(self) -> bool:
        """Whether the role lets the function do what it was never seen to need."""
        return any(one.count for one in self.grants)
