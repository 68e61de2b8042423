"""States of components: which mean that one does not work. What is in no list of AWS's is not known, and never fine."""

_OUT = frozenset(
    {
        *("associating", "attaching", "creating", "deleted", "deleting", "detached", "detaching"),
        *("disassociated", "disassociating", "expired", "failed", "failing", "initiating", "initiatingrequest"),
        *("modifying", "pending", "pendingacceptance", "provisioning", "rejected", "rejecting", "rollingback"),
    }
)


def out(state: str) -> bool:
    """Whether AWS's word for a state says that the component does not work; it spells them in more than one way."""
    return state.lower().replace("-", "").replace("_", "") in _OUT
