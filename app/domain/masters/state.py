"""The head of an id: what its master says, and what the sources hold of it.

An item, a supplier and a location may go by one id; each has a slot of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from app.domain.golden import GoldenItem, GoldenLocation, GoldenSupplier
from app.domain.rules.judge import Memory
from app.domain.showing import Shown
from app.domain.supplier_sighting import Alike

G = TypeVar("G")
KINDS = ("item", "supplier", "location")
Rank = tuple[int, int, bytes, str]


class Sheet(Struct, Generic[G], array_like=True, frozen=True):
    """One MASTER record; `golden` is None where it withdraws the master (purpose CANCEL)."""

    version: int
    record_time: int
    content: bytes
    event_id: str
    golden: G | None
    valid_from: int = 0  # ms
    source_system: str = ""
    alike: Alike | None = None  # of an active supplier

    @property
    def rank(self) -> Rank:
        """The lowest goes before: the highest version, then the lower record_time, content, and event_id."""
        return -self.version, self.record_time, self.content, self.event_id


class Correction(Struct, array_like=True, frozen=True):
    """Who takes a record back."""

    cancels: bool
    record_time: int
    event_id: str

    @property
    def rank(self) -> tuple[bool, int, str]:
        """The highest counts."""
        return self.cancels, self.record_time, self.event_id


class Copy(Struct, array_like=True, frozen=True):
    """What one source held when it last said so."""

    version: int
    record_time: int
    content: bytes
    event_id: str
    withdrawn: bool

    @property
    def rank(self) -> Rank:
        """The highest counts: what was written down last."""
        return self.record_time, self.version, self.content, self.event_id


class Slot(Struct, Generic[G], array_like=True):
    """One kind of master under an id; `sheet` is the version that counts."""

    sheet: Sheet[G] | None = None
    copies: dict[str, Copy] = field(default_factory=dict)  # by source
    told: bool = False  # whether its topic ever had a record
    memory: Memory = field(default_factory=Memory)
    citers: dict[str, int] = field(
        default_factory=dict
    )  # some who name it without a master, and when (ms) they said so
    citing: int = 0  # how many they are
    others: list[Sheet[G]] = field(default_factory=list)  # versions that counted before, or will
    retired_from: int | None = None  # since when (ms) the item is inactive or replaced
    corrections: dict[str, Correction] = field(default_factory=dict)  # by the event_id that is taken back
    rivals: list[Sheet[G]] = field(default_factory=list)  # other records of versions that are kept: they count nowhere

    @property
    def known(self) -> list[Sheet[G]]:
        """Every version that is kept."""
        return self.others if self.sheet is None else [*self.others, self.sheet]

    @property
    def golden(self) -> G | None:
        """What counts."""
        golden: Any = None if self.sheet is None else self.sheet.golden
        if golden is None or self.retired_from is None:
            return golden  # type: ignore[no-any-return]
        return replace(golden, retired_from=self.retired_from)  # type: ignore[no-any-return]


class Master(Struct, array_like=True):
    """All that is held under one id."""

    key: str
    version: int = 0
    item: Slot[GoldenItem] = field(default_factory=Slot)
    supplier: Slot[GoldenSupplier] = field(default_factory=Slot)
    location: Slot[GoldenLocation] = field(default_factory=Slot)
    shown: tuple[Shown, ...] = ()  # by what the supplier may be another
    swept: int = 0  # how far (ms) the log was swept

    @property
    def slots(self) -> Iterator[tuple[str, Slot]]:  # type: ignore[type-arg]  # of any kind
        """Kind and slot of each kind of master."""
        for kind in KINDS:
            yield kind, getattr(self, kind)


def void(master: Master) -> bool:
    """Whether no record ever spoke of the id, and nobody misses one."""
    return not any(slot.told or slot.citing or slot.memory.conditions for _, slot in master.slots)


def new(key: str) -> Master:
    """An id that nobody has spoken of yet."""
    return Master(key)
