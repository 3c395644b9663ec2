"""Keys to be judged once more because a master changed: looked for among all keys, a slice a turn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

SLICE = 500  # keys looked at in one turn
Asks = Callable[[bytes], Collection[str]]  # a key -> ids of the masters that its judgement asks for


class Sweep:
    """Goes over the keys once for all ids that came until it began; `keys` are those there are now."""

    def __init__(self, keys: Collection[bytes], asks: Asks) -> None:
        self._keys, self._asks = keys, asks
        self._left: list[bytes] = []
        self._ids: set[str] | None = set()  # None: any
        self._next: set[str] | None = set()
        self._back: list[bytes] = []

    def __bool__(self) -> bool:
        return bool(self._left or self._back) or self._next != set()

    def add(self, ids: Iterable[str] | None) -> None:
        """Look for the keys that ask for one of these ids; None for those that ask for any."""
        self._next = None if ids is None or self._next is None else self._next | set(ids)

    def take(self) -> list[bytes]:
        """Keys to judge; those that are not come back with `give_back`."""
        if not self._left and self._next != set():
            self._left, self._ids, self._next = list(self._keys), self._next, set()
        found, self._back = [key for key in self._back if key in self._keys], []
        found += [key for key in self._left[-SLICE:] if key in self._keys and self._concerns(key)]
        del self._left[-SLICE:]
        return found

    def give_back(self, keys: list[bytes]) -> None:
        self._back += keys

    def _concerns(self, key: bytes) -> bool:
        asked = self._asks(key)
        return bool(asked) if self._ids is None else not self._ids.isdisjoint(asked)
