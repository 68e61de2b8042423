"""Whether a change of a route table concerns a flow: only where the route that the flow takes there is another one."""

from doctor.network.addresses import address
from doctor.network.results import Result
from doctor.network.tables import Tables

Spans = tuple[tuple[int, int], ...]


class Rerouted:
    """One route table before and after a change that left its associations as they were."""

    def __init__(self, identifier: str, before: Tables, after: Tables) -> None:
        self._identifier = identifier
        self._before = before
        self._after = after
        self._known: dict[tuple[int, Spans], bool] = {}

    def there(self, family: int, result: Result) -> bool:
        """Whether a flow to the addresses of a result takes another route; a name whose addresses are not told may."""
        numbers = [found[1] if (found := address(path.target)) else None for path in result.paths]
        told = tuple((one, one) for one in numbers if one is not None)
        return len(told) < len(numbers) or self.back(family, told)

    def back(self, family: int, spans: Spans) -> bool:
        """Whether packets to some ranges of addresses take another route."""
        key = family, spans
        if key not in self._known:
            self._known[key] = self._differ(family, spans)
        return self._known[key]

    def _differ(self, family: int, spans: Spans) -> bool:
        old, new = (one.routes(self._identifier, family) for one in (self._before, self._after))
        if old is None or new is None:
            return True
        if (old.unread, old.services, old.overlaps) != (new.unread, new.services, new.overlaps):
            return True
        return any(old.pieces(*one) != new.pieces(*one) for one in spans)
