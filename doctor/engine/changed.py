"""What differs between two snapshots of one account, as the keys that are noted while facts are made."""

from doctor.engine.targets import targets
from doctor.engine.world import LIMIT, Key, kind
from doctor.model import arns
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.snapshot import Snapshot


def changed_keys(before: Snapshot, after: Snapshot) -> set[Key]:
    """The keys of everything that differs between two snapshots of one account."""
    keys: set[Key] = set()
    for arn in before.resources.keys() | after.resources.keys():
        old, new = before.resources.get(arn), after.resources.get(arn)
        if old is new or old == new:
            continue
        for one in (old, new):
            if one is not None:
                keys |= {arn, f"type:{kind(one).__name__}"}
            if isinstance(one, Alias):
                keys.add(f"aliases:{arns.unqualified(arn)}")
            if isinstance(one, Function):
                keys.add(f"versions:{arns.unqualified(arn)}")
            if isinstance(one, EventSourceMapping):
                keys.add(f"mappings:{one.function_arn}")
            keys.update(f"target:{target}" for target in targets(one))
    if before.account_limit != after.account_limit:
        keys.add(LIMIT)
    return keys
