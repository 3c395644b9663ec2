"""The head of an order: what must outlive a turn beside its documents."""

from __future__ import annotations

from msgspec import Struct, field

from app.domain.citing import Named
from app.domain.codes import NO_ORDER, AckState, Fulfilment, Invoicing, Life
from app.domain.outputs import CorrectedOrderLine
from app.domain.rules.judge import Memory
from app.domain.sequences import Ranges
from app.domain.showing import Shown


class Line(CorrectedOrderLine, array_like=True, frozen=True):
    """The counters of one order line in its own unit, and its derived dimensions.

    ordered = accepted + backordered + rejected + cancelled + open, where open, which nobody keeps, is what the supplier
    has not answered or holds. Only a supplier who answers more than was ordered (IQ) makes accepted exceed the rest.
    """


class Derived(Struct, array_like=True, frozen=True, gc=False):
    """What follows from the documents at a time: what was last published."""

    life: Life
    ack: AckState
    fulfilment: Fulfilment
    invoicing: Invoicing
    supplier_id: str | None
    facility_id: str | None
    lines: tuple[Line, ...]


class Shared(Struct, array_like=True, frozen=True, gc=False):
    """What an order last told to the record of its supplier, in the order of `internal.COUNTERS`."""

    supplier_id: str | None
    facility_id: str | None
    counts: tuple[int, ...]


class Order(Struct, array_like=True, dict=True):
    """One order; `dict` lets turns carry its picture of the documents from one to the next unstored."""

    key: str
    version: int = 0
    sources: dict[str, Ranges] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    published: Derived | None = None
    shared: Shared = Shared(None, None, ())
    shown: tuple[Shown, ...] = ()
    packed: tuple[str, ...] = ()  # of a closed order: whose packs its counters rest on, or could explain
    named: tuple[Named, ...] = ()  # what it asks masters for besides its supplier and the items of its lines
    cited: tuple[Named, ...] = ()  # what it told to be without a master

    @property
    def po_number(self) -> str | None:
        """None for documents that belong to no order."""
        return None if self.key.startswith(NO_ORDER) else self.key


def new(key: str) -> Order:
    """An order that nobody has spoken of yet."""
    return Order(key)
