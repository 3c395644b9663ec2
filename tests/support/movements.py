"""Movements for tests, and the plainest fold of them: written to be obviously right, not fast."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from app.domain.codes import DECREASES, INCREASES, Movement, Purpose, StockStatus
from app.domain.facts import InventoryEvent
from tests.support.facts import fact

KEY = "GLOVES-M@MAIN"
START = 1_770_000_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
ONE = 10_000


def moved(event_id: str, movement: str = "RECEIPT", quantity: int = 1, at: int = 0, **fields: Any) -> InventoryEvent:
    """A movement of whole units at START + `at` ms, recorded at once unless `recorded` (also from START) says else."""
    recorded = fields.pop("recorded", at)
    fields["purpose"] = Purpose(fields.pop("purpose", "ORIGINAL"))
    fields["stock_status"] = StockStatus(fields.pop("stock_status", "AVAILABLE"))
    fields.setdefault("source_system", "wms")
    fields.setdefault("uom", "EA")
    content = repr((movement, quantity, sorted((k, v) for k, v in fields.items() if k != "source_seq")))
    return fact(
        InventoryEvent,
        event_id=event_id,
        event_time=START + at,
        record_time=START + recorded,
        item_id=KEY.partition("@")[0],
        location_id=KEY.partition("@")[2],
        movement=Movement(movement),
        quantity=quantity * 10_000,
        content=hashlib.sha256(content.encode()).digest(),
        **fields,
    )


Stream = tuple[str, StockStatus]
Balances = dict[tuple[str, StockStatus, str], int]  # (uom, stock status, lot or "") -> quantity


def counting(events: Iterable[InventoryEvent]) -> list[InventoryEvent]:
    """The events that count, by the letter of the contract."""
    copies: dict[Any, InventoryEvent] = {}
    for e in events:
        identity = (e.event_id, e.source_system, e.source_seq, e.event_time, e.content)
        copies[identity] = min(copies.get(identity, e), e, key=lambda c: c.record_time)
    records = list(copies.values())
    unbeaten = [e for e in records if not any(_beats(rival, e) for rival in records if rival is not e)]
    names = _first_names(records)
    named = {names.get(e.supersedes, e.supersedes) for e in unbeaten if e.supersedes}
    cancelled = {names.get(e.supersedes, e.supersedes) for e in unbeaten if e.purpose is Purpose.CANCEL if e.supersedes}
    return [
        e
        for e in unbeaten
        if names.get(e.event_id, e.event_id) not in named
        and e.purpose is not Purpose.CANCEL
        and not (
            _replaces(e)
            and (names.get(e.supersedes, e.supersedes) in cancelled or any(_outlives(o, e, names) for o in unbeaten))
        )
    ]


def _first_names(records: Iterable[InventoryEvent]) -> dict[str | None, str | None]:
    """An event that came under several ids with one number: each id, and the one that ranks first."""
    names: dict[str | None, str | None] = {}
    first: dict[Any, str] = {}
    for e in sorted((e for e in records if e.source_seq is not None), key=_rank):
        names.setdefault(e.event_id, first.setdefault((e.source_system, e.source_seq, e.content), e.event_id))
    return names


def _beats(rival: InventoryEvent, event: InventoryEvent) -> bool:
    same_number = event.source_seq is not None and (
        (rival.source_system, rival.source_seq) == (event.source_system, event.source_seq)
    )
    return (rival.event_id == event.event_id or same_number) and _rank(rival) < _rank(event)


def _rank(event: InventoryEvent) -> Any:
    return event.record_time, event.content, event.event_time, event.source_seq or 0, event.event_id


def _replaces(event: InventoryEvent) -> bool:
    return event.supersedes is not None and event.purpose is not Purpose.CANCEL


def _outlives(other: InventoryEvent, event: InventoryEvent, names: dict[str | None, str | None]) -> bool:
    rivals = _replaces(other) and names.get(other.supersedes, other.supersedes) == names.get(
        event.supersedes, event.supersedes
    )
    return rivals and (other.record_time, other.event_id) > (event.record_time, event.event_id)


def folded(events: Iterable[InventoryEvent], until: int | None = None) -> Balances:
    """The balances of a set of events as of a time (ms, inclusive; None: all of them)."""
    balances: Balances = defaultdict(int)
    for e in sorted(counting(events), key=_fold_order):
        if until is not None and e.event_time > until:
            continue
        _book(balances, e)
    return {slot: quantity for slot, quantity in balances.items() if quantity}


def _fold_order(e: InventoryEvent) -> Any:
    down = e.movement in DECREASES or (e.movement is Movement.ADJUST and e.quantity < 0)
    return e.event_time, e.record_time, 2 if e.movement is Movement.COUNT_SET else int(down), e.event_id


def _book(balances: Balances, e: InventoryEvent) -> None:
    slot = (e.uom, e.stock_status, e.lot or "")
    if e.movement is Movement.COUNT_SET and e.all_lots:
        held = sum(q for (uom, status, _), q in balances.items() if (uom, status) == slot[:2])
        balances[e.uom, e.stock_status, ""] += e.quantity - held
    elif e.movement is Movement.COUNT_SET:
        balances[slot] = e.quantity
    elif e.movement in INCREASES or e.movement is Movement.ADJUST:
        balances[slot] += e.quantity
    elif e.movement in DECREASES:
        balances[slot] -= e.quantity


def summed(ledger: Sequence[Any], until: int | None = None) -> Balances:
    """What a consumer of the ledger holds: it adds deltas, repeated entry_ids once."""
    balances: Balances = defaultdict(int)
    for entry in {e.entry_id: e for e in ledger}.values():
        if until is None or entry.effective_time <= until:
            balances[entry.uom, entry.stock_status, entry.lot or ""] += entry.delta
    return {slot: quantity for slot, quantity in balances.items() if quantity}
