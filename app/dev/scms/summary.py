"""What the history says of itself: counts, rejects, assumptions, lateness by vendor, deliveries before the order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any, NamedTuple

from app.dev.scms.events import grouped, order_day
from app.dev.scms.lines import Delivery, History


class Lateness(NamedTuple):
    """How a vendor keeps its schedule: days are those of late shipments only."""

    vendor: str
    shipments: int
    late: int
    median_days: float
    p95_days: int


def summary(history: History, events: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Lines of text for people."""
    deliveries = history.deliveries
    yield f"{len(deliveries) + len(history.rejected)} rows: {len(deliveries)} used, {len(history.rejected)} rejected"
    yield f"{len(grouped(deliveries, 'order'))} orders, {len(grouped(deliveries, 'shipment'))} shipments"
    yield from (f"{count} events for {topic}" for topic, count in _counted(event["topic"] for event in events))
    yield from (f"rejected {count}: {reason}" for reason, count in _counted(row.reason for row in history.rejected))
    yield from _assumptions(deliveries)
    yield from _times(deliveries)
    yield from _table(lateness(deliveries))
    for line in before_order(deliveries):
        yield f"row {line.row}: {line.order} delivered on {line.delivered}, sent on {line.sent}"


def _counted(values: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(values).items())


def _assumptions(deliveries: Sequence[Delivery]) -> Iterator[str]:
    reasons = (order_day(order)[1] for order in grouped(deliveries, "order"))
    for reason, count in _counted(reason for reason in reasons if reason):
        yield f"assumed: {count} orders without a date of sending are dated on {reason}, order_date left empty"
    yield "assumed: what was ordered is what was delivered, all of it in good condition"
    yield "assumed: orders and notices were recorded when they happened; a notice on the day of the delivery at latest"


def _times(deliveries: Sequence[Delivery]) -> Iterator[str]:
    late = sum(line.delivered > line.scheduled for line in deliveries)
    early = sum(line.delivered < line.scheduled for line in deliveries)
    after = sum(line.recorded > line.delivered for line in deliveries)
    ahead = sum(line.recorded < line.delivered for line in deliveries)
    yield f"lines delivered late {late}, early {early}; recorded after the day of delivery {after}, before it {ahead}"


def lateness(deliveries: Sequence[Delivery]) -> list[Lateness]:
    """One row a vendor, those with most shipments first; a shipment is as late as its latest line."""
    rows = []
    for of_vendor in grouped(deliveries, "vendor"):
        days = [max(_days(line) for line in shipment) for shipment in grouped(of_vendor, "shipment")]
        late = sorted(day for day in days if day > 0)
        p95 = late[-(-95 * len(late) // 100) - 1] if late else 0  # nearest rank
        rows.append(Lateness(of_vendor[0].vendor, len(days), len(late), median(late) if late else 0, p95))
    return sorted(rows, key=lambda row: (-row.shipments, row.vendor))


def _days(line: Delivery) -> int:
    return (line.delivered - line.scheduled).days


def _table(rows: Iterable[Lateness]) -> Iterator[str]:
    yield f"{'vendor':<66}{'shipments':>10}{'late':>8}{'median':>8}{'p95':>6}  days late"
    for row in rows:
        share = f"{100 * row.late / row.shipments:.1f}%"
        yield f"{row.vendor:<66}{row.shipments:>10}{share:>8}{row.median_days:>8g}{row.p95_days:>6}"


def before_order(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Lines delivered before their order was sent, as the file says it."""
    return [line for line in deliveries if line.sent is not None and line.delivered < line.sent]
