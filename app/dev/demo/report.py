"""What came of the events, as a supply-chain manager reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app.dev.demo.audience import Audience, Record

LATEST = 5  # alerts on the live screen
COLOURS = {"INFO": "cyan", "WARN": "yellow", "HIGH": "red", "CRITICAL": "bold red"}


def report(audience: Audience, events: int, seconds: float) -> RenderableType:
    """The summary at the end of the demo."""
    return Group(*_parts(audience, events, seconds))


def live(audience: Audience, events: int) -> RenderableType:
    """One screen for as long as the demo is kept running."""
    title = f"{events:,} events, {audience.positions:,} positions, {len(audience.orders):,} orders"
    table = Table("newest alerts", "", title=title, title_justify="left", title_style="bold", show_edge=False)
    for alert in audience.open_alerts()[:LATEST]:
        table.add_row(f"{alert['severity']} {alert['code']}", Text(alert["message"], overflow="fold"))
    return table


def _parts(audience: Audience, events: int, seconds: float) -> Iterator[RenderableType]:
    rate = round(events / seconds) if seconds else 0
    yield Text(f"\n{events:,} events followed in {seconds:.1f} s: {rate:,} events/s, every output acknowledged.\n")
    yield _stock(audience)
    yield _orders(audience)
    yield _alerts(audience)
    yield Text("\nMost urgent", style="bold")
    yield from (_alert_in_full(alert, count) for alert, count in audience.most_urgent())
    yield _corrections(audience)
    yield _changed_orders(audience)
    yield _dead_letters(audience)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table


def _stock(audience: Audience) -> RenderableType:
    table = _table("Stock", "", "positions")
    table.add_row("followed", f"{audience.positions:,}")
    table.add_row("below zero", f"{audience.positions_below_zero:,}")
    return table


def _orders(audience: Audience) -> RenderableType:
    table = Table(title="\nOrders by state", title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    dimensions = ("life", "ack", "fulfilment")
    for dimension in dimensions:
        table.add_column(dimension)
        table.add_column("orders", justify="right")
    columns = [[(state, f"{count:,}") for state, count in audience.orders_by(d).most_common()] for d in dimensions]
    for row in range(max(map(len, columns), default=0)):
        cells = [column[row] if row < len(column) else ("", "") for column in columns]
        table.add_row(*(text for cell in cells for text in cell))
    return table


def _alerts(audience: Audience) -> RenderableType:
    table = _table("\nAlerts", "code", "opened", "healed by later events", "still open")
    still = Counter(alert["code"] for alert in audience.open_alerts())
    for code, opened in sorted(audience.opened.items(), key=lambda row: -row[1]):
        table.add_row(code, f"{opened:,}", f"{audience.healed[code]:,}", f"{still[code]:,}")
    return table


def _alert_in_full(alert: Record, count: int) -> RenderableType:
    more = f"  (and {count - 1:,} more of this kind)" if count > 1 else ""
    lines = [alert["message"], ""]
    lines += [f"{name:9} {alert[name]}" for name in ("expected", "actual") if alert.get(name)]
    lines += [f"since     {alert['since']}", f"to do     {alert['suggested_action']}"]
    lines += [f"for       {alert['queue']}, about {alert['entity_type']} {alert['entity_id']}{more}"]
    return Panel(
        Text("\n".join(lines)),
        title=f"{alert['severity']} {alert['code']}",
        title_align="left",
        border_style=COLOURS.get(alert["severity"], ""),
    )


def _corrections(audience: Audience) -> RenderableType:
    table = _table(
        f"\nStock corrected after it was published: {len(audience.corrections):,} entries, the largest",
        "item at location",
        "as of",
        "before",
        "after",
        "why",
    )
    for entry in audience.largest_corrections():
        after = Decimal(entry["balance_after"])
        place = f"{entry['item_id']} at {entry['location_id']}"
        before, unit = after - Decimal(entry["delta"]), entry["uom"]
        table.add_row(place, entry["effective_time"], f"{before:f} {unit}", f"{after:f} {unit}", entry["rule"])
    return table


def _changed_orders(audience: Audience) -> RenderableType:
    table = _table("\nOrders corrected by later documents, the last", "order", "field", "before", "after")
    for order in audience.changes[-3:]:
        for change in order["changed"][:4]:
            table.add_row(
                order["po_number"], change["path"], str(change.get("before") or "-"), str(change.get("after") or "-")
            )
    return table


def _dead_letters(audience: Audience) -> RenderableType:
    table = _table("\nDead letters (kept whole, replayable)", "topic", "class", "records", "first reason")
    for (topic, error_class), count in sorted(audience.dead.items()):
        table.add_row(topic, error_class, f"{count:,}", audience.dead_reasons[topic, error_class][:80])
    return table if audience.dead else Text("\nNo dead letters.")
