"""Keys to be judged once more because a master changed: looked for among all keys, a slice a turn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

SLICE = 500  # keys looked at in one turn
FEW = 20  # ids that are looked for in the bytes of a key before it is read
Asks = Callable[[bytes], Collection[str]]  # a key -> ids of the masters that its judgement asks for


class Sweep:
    """Goes over the keys once for all ids that came until it began; `rows` are those there are now, as stored.

    A key that asks for an id has it in its own bytes or in those of its row.
    """

    def __init__(self, rows: Mapping[bytes, bytes], asks: Asks) -> None:
        self._rows, self._asks = rows, asks
        self._left: list[bytes] = []
        self._ids: set[str] | None = set()  # None: any
        self._next: set[str] | None = set()
        self._few: list[bytes] = []  # the ids, where they are few
        self._back: list[bytes] = []

    def __bool__(self) -> bool:
        return bool(self._left or self._back) or self._next != set()

    def add(self, ids: Iterable[str] | None) -> None:
        """Look for the keys that ask for one of these ids; None for those that ask for any."""
        self._next = None if ids is None or self._next is None else self._next | set(ids)

    def take(self) -> list[bytes]:
        """Keys to judge; those that are not come back with `give_back`."""
        if not self._left and self._next != set():
            self._begin()
        found, self._back = [key for key in self._back if key in self._rows], []
        found += [key for key in self._named(self._left[-SLICE:]) if key in self._rows and self._concerns(key)]
        del self._left[-SLICE:]
        return found

    def give_back(self, keys: list[bytes]) -> None:
        self._back += keys

    def _begin(self) -> None:
        self._left, self._ids, self._next = list(self._rows), self._next, set()
        few = self._ids is not None and len(self._ids) <= FEW
        self._few = [name.encode() for name in self._ids or ()] if few else []

    def _named(self, keys: list[bytes]) -> list[bytes]:
        """Those that name one of few ids: to look through bytes is cheap beside understanding them."""
        rows = self._rows
        named: set[bytes] = set()
        for name in self._few:
            named.update(key for key in keys if name in rows.get(key, b"") or name in key)
        return [key for key in keys if key in named] if self._few else keys

    def _concerns(self, key: bytes) -> bool:
        asked = self._asks(key)
        return bool(asked) if self._ids is None else not self._ids.isdisjoint(asked)
