"""Which order line a document means that does not say its number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from app.domain.orders.documents import AckDocument, Named, Ordered, Status
from app.domain.orders.lines import Tally

SUBSTITUTE = "IS"  # X12 668


class Names:
    """What the lines of an order go by besides their numbers, and after that what was promised in their place."""

    def __init__(self, tallies: Iterable[Tally], acks: Iterable[AckDocument]) -> None:
        self._tallies = {tally.number: tally for tally in tallies}
        self._owners: dict[tuple[str, str], list[Tally]] = {}
        self._promised: dict[tuple[str, str], list[Tally]] = {}
        for tally in self._tallies.values():
            for name in _ids(tally.wanted.terms):
                self._owners.setdefault(name, []).append(tally)
        for answered, status in chain.from_iterable(map(substitutes, acks)):
            meant = self.only(answered)
            if meant is not None:
                for name in _ids(status):
                    self._promised.setdefault(name, []).append(meant)

    def only(self, named: Named) -> Tally | None:
        """The line of this number, else the only one that carries one of these ids, else the one they replace."""
        if named.line is not None:
            return self._tallies.get(named.line)
        meant = _owning(named, self._owners) or _owning(named, self._promised)
        return meant.popitem()[1] if len(meant) == 1 else None


def _owning(named: Named, owners: dict[tuple[str, str], list[Tally]]) -> dict[str, Tally]:
    return {tally.number: tally for name in _ids(named) for tally in owners.get(name, ())}


def substitutes(ack: AckDocument) -> list[tuple[Named, Status]]:
    """What an acknowledgement promises in place of which line."""
    return [(line, status) for line in ack.lines for status in line.statuses if status.code == SUBSTITUTE]


def _ids(line: Named | Ordered | Status) -> Iterator[tuple[str, str]]:
    """Kind of id and id; feeds write "" for what they do not know."""
    names = ("item", line.item_id), ("supplier", line.supplier_item), ("gtin", getattr(line, "gtin", None))
    for kind, value in names:
        if value:
            yield kind, value
