"""What goes wrong with one record on its way: each function sends it, or does not, and says what must come of it."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

from app.contracts.times import format_time
from app.dev.simulator.courier import Courier
from app.dev.simulator.feeds import DAY, HOUR, MINUTE, SECOND
from app.dev.simulator.labels import NONE, SHORTAGES
from app.dev.simulator.network import CASE, CASE_ON_SHELF
from app.dev.simulator.wire import Event

BODY = frozenset("item_id location_id movement quantity uom lot facility_id transfer_id ref_po".split())
DOCUMENTS_MAY = (
    "ACK_AMBIGUOUS",
    "ACK_CHANGE",
    "ACK_ON_CANCELLED",
    "ACK_REJECTED",
    "ACK_STUCK",
    "ASN_RECEIPT",
    "CANCEL_UNANSWERED",
    "CHANGE_UNANSWERED",
    "CREDIT_ORPHAN",
    "INVOICE_ON_CANCELLED",
    "LINE_UNMATCHED",
    "MATCH_PRICE",
    "MATCH_QTY",
    "ETA_SLIP",
    "NOT_RECEIVED",
    "NO_ACK",
    "NO_ASN",
    "NO_CHANGE_PENDING",
    "OVERDUE",
    "OVER_RECEIPT",
    "OVER_SHIP",
    "RECEIPT_ON_CLOSED",
    "TRANSMISSION_REJECTED",
    "UNKNOWN_PO",
)


def _may(event: Event) -> tuple[str, ...]:
    return SHORTAGES if event.topic == "inventory-events" else DOCUMENTS_MAY


# --- on the way ------------------------------------------------------------------------------------------------------


def duplicate(courier: Courier, event: Event) -> None:
    """The same bytes once more, up to two days later."""
    courier.send(event)
    again = _copy(event)
    again.arrival += courier.rng.randint(1, 2 * 24 * 60) * MINUTE
    courier.wire.send(again)
    courier.label("duplicate", NONE, event)


def resend(courier: Courier, event: Event) -> None:
    """Once more with a later record_time, sometimes marked as a duplicate."""
    courier.send(event)
    again = _copy(event)
    again.recorded += courier.rng.randint(1, 24 * 60) * MINUTE
    again.arrival = again.recorded + MINUTE
    again.value["record_time"] = format_time(again.recorded)
    if "purpose" not in again.value and courier.rng.random() < 0.5:
        again.value["purpose"] = "DUPLICATE"
    courier.wire.send(again)
    courier.label("resend", NONE, event)


def reorder(courier: Courier, event: Event) -> None:
    """Overtaken by others, within every grace."""
    event.arrival += courier.rng.randint(1, 9) * MINUTE
    courier.send(event)
    courier.label("reorder", NONE, event)


def delay(courier: Courier, event: Event) -> None:
    """Minutes to days late, beyond the grace of some rules."""
    event.arrival += courier.rng.choice((20 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY)) + courier.rng.randrange(HOUR)
    if event.topic == "inventory-events":
        event.about.quiet_from = max(event.about.quiet_from, event.arrival)
    courier.send(event)
    courier.label("delay", NONE, event, may=(*_may(event), "REVERSAL_ORPHAN"))


def contradict(courier: Courier, event: Event) -> None:
    """The same id, or the same number under another id, with another content, written down later: it must not count."""
    courier.send(event)
    rival = _copy(event)
    rival.recorded += courier.rng.randint(1, 60) * SECOND
    rival.value["record_time"] = format_time(rival.recorded)
    rival.arrival = max(event.arrival, rival.recorded) + SECOND
    evidence = event.event_id
    if courier.rng.random() < 0.5:
        rival.value["event_id"] = courier.feeds.new_id()
        evidence = f"{event.source}#{event.value['source_seq']}"
    changed = rival.value["lines"][0] if "lines" in rival.value else rival.value
    changed["quantity"] += 1
    courier.wire.send(rival)
    courier.label("contradict", "DUPLICATE_CONFLICT", event, evidence, True, may=_may(event), also=rival)


def lot_typo(courier: Courier, event: Event) -> None:
    """Taken from a lot that does not exist."""
    event.value["lot"] += "-X"
    courier.muddle(event)
    courier.send(event)
    courier.label("lot-typo", "LOT_NEGATIVE", event, may=SHORTAGES)


def by_the_case(courier: Courier, event: Event) -> None:
    """Counted in cases of the item instead of its unit: it comes to the same."""
    event.value |= {"uom": CASE, "quantity": str(Decimal(event.value["quantity"]) / CASE_ON_SHELF)}
    courier.send(event)
    courier.label("by-the-case", NONE, event)


def over_issue(courier: Courier, event: Event) -> None:
    """More is booked out than is there; mostly a count puts it right a day later."""
    shelf = event.about
    beyond = courier.rng.randint(1, 10)
    event.value["quantity"] += shelf.lots[None] + beyond
    shelf.lots[None] = -beyond
    courier.send(event)
    courier.label("over-issue", "NEGATIVE_STOCK", event, may=SHORTAGES)
    if courier.rng.random() < 0.75:
        courier.later(event.at + DAY, lambda at: courier.recount(shelf, at))


def implausible(courier: Courier, event: Event) -> None:
    """A clock that runs hours ahead; on movements also dates that cannot be believed at all and are held."""
    held = event.topic == "inventory-events" and courier.rng.random() < 0.5
    event.at += courier.rng.choice((100, -750)) * DAY if held else courier.rng.randint(2, 6) * HOUR
    event.value["event_time"] = format_time(event.at)
    if event.topic == "inventory-events":
        courier.muddle(event)
    if held:
        courier.wire.send(event)
    else:
        courier.send(event)
    may = (*_may(event), *(("LATE_BEYOND_HORIZON",) if held else ()))  # where older records were let go
    courier.label("implausible", "IMPLAUSIBLE_TIME", event, event.source, True, may=may)


# --- once a position or an order -------------------------------------------------------------------------------------


def lose(courier: Courier, event: Event) -> None:
    """It never comes: a number is missing, and what the key amounts to cannot be known."""
    courier.undecidable(event)
    courier.label("lose", NONE, event, may=(*_may(event), "REVERSAL_ORPHAN"))


def mis_scale(courier: Courier, event: Event) -> None:
    """In cassettes instead of the item's unit; every other one is replaced a day later."""
    right = {name: value for name, value in event.value.items() if name in BODY}
    event.value["uom"] = "CS"
    courier.muddle(event)
    courier.send(event)
    repaired = courier.rng.random() < 0.5
    courier.label("mis-scale", "UOM_MISMATCH", event, None, not repaired, may=SHORTAGES)
    if repaired:
        courier.later(event.at + DAY, lambda at: courier.replace(event, at, right))


def _copy(event: Event) -> Event:
    """A copy whose value may be changed."""
    about, event.about = event.about, None
    copied: Event = deepcopy(event)
    event.about = about
    return copied
