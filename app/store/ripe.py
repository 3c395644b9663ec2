"""Keys whose tails may be sealed, gathered until they are many.

A turn that seals asks the broker once more, and waits for it: with few records a turn that is a third of the turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.store.log import KeyLog

MANY = 64  # keys


class Ripe:
    """Those of one partition; whoever is lost with a worker comes again with its next entry."""

    def __init__(self) -> None:
        self._keys: set[bytes] = set()

    def take(self, touched: Mapping[bytes, KeyLog]) -> set[bytes]:
        """The keys to seal in a turn that touched these; none while they are few and nobody's ring is full."""
        ripe = [key for key, log in touched.items() if log.ripe]
        self._keys.update(ripe)
        if len(self._keys) < MANY and not any(touched[key].full for key in ripe):
            return set()
        taken, self._keys = self._keys, set()
        return taken

    def give_back(self, keys: Iterable[bytes]) -> None:
        """Those of a turn that failed."""
        self._keys.update(keys)
