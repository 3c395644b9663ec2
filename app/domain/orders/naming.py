"""Which order line a document means that does not say its number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.domain.orders.documents import Named, Ordered
from app.domain.orders.lines import Tally


class Names:
    """What the lines of an order go by besides their numbers."""

    def __init__(self, tallies: Iterable[Tally]) -> None:
        self._owners: dict[tuple[str, str], list[Tally]] = {}
        for tally in tallies:
            for name in _ids(tally.wanted.terms):
                self._owners.setdefault(name, []).append(tally)

    def only(self, named: Named) -> Tally | None:
        """The only order line that carries one of these ids."""
        meant = {tally.number: tally for name in _ids(named) for tally in self._owners.get(name, ())}
        return meant.popitem()[1] if len(meant) == 1 else None


def _ids(line: Named | Ordered) -> Iterator[tuple[str, str]]:
    """Kind of id and id; feeds write "" for what they do not know."""
    for kind, value in (("item", line.item_id), ("supplier", line.supplier_item), ("gtin", line.gtin)):
        if value:
            yield kind, value
