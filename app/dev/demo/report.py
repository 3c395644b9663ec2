"""What came of the events, as a supply-chain manager reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app.dev.demo.audience import Audience, Record, corrects
from app.dev.demo.words import ALERTS, CORRECTIONS, REFUSALS

LATEST = 5  # alerts on the live screen
DIMENSIONS = {"life": "order", "ack": "answer", "fulfilment": "goods", "invoicing": "invoice"}
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
    yield Text(f"\n{events:,} events followed in {seconds:.1f} s: {rate:,} events/s, every output acknowledged.")
    yield _stock(audience)
    yield _orders(audience)
    yield _alerts(audience)
    yield Text("\nMost urgent", style="bold")
    yield from (_alert_in_full(alert, count) for alert, count in audience.most_urgent())
    yield _corrections(audience)
    yield _changed_orders(audience)
    yield _dead_letters(audience)
    yield Text("\ndocs/runbooks/<CODE>.md says what to do about an alert; `syncline demo --keep` lets you look around.")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table


def _stock(audience: Audience) -> RenderableType:
    below = audience.positions_below_zero
    return Text.assemble(
        ("\nStock\n", "bold"), f"{audience.positions:,} items at locations followed, {below:,} of them below zero now"
    )


def _orders(audience: Audience) -> RenderableType:
    table = Table(title="\nOrders by state", title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    for heading in DIMENSIONS.values():
        table.add_column(heading)
        table.add_column("", justify="right")
    columns = [[(_words(s), f"{count:,}") for s, count in audience.orders_by(d).most_common()] for d in DIMENSIONS]
    for row in range(max(map(len, columns), default=0)):
        cells = [column[row] if row < len(column) else ("", "") for column in columns]
        table.add_row(*(text for cell in cells for text in cell))
    return Group(table, Text("What was received stays open until its invoice comes; the history has none.", "dim"))


def _words(state: str) -> str:
    return state.replace("_", " ").lower()


def _alerts(audience: Audience) -> RenderableType:
    table = _table("\nAlerts", "code", "opened", "healed", "open")
    table.add_column("meaning")
    still = Counter(alert["code"] for alert in audience.open_alerts())
    for code, opened in sorted(audience.opened.items(), key=lambda row: -row[1]):
        table.add_row(code, f"{opened:,}", f"{audience.healed[code]:,}", f"{still[code]:,}", ALERTS.get(code, ""))
    return table


def _alert_in_full(alert: Record, count: int) -> RenderableType:
    more = f"  (and {count - 1:,} more of this kind)" if count > 1 else ""
    lines = [alert["message"], ""]
    lines += [f"{name:9} {alert[name]}" for name in ("expected", "actual") if alert.get(name)]
    lines += [f"since     {_minute(alert['since'])} UTC", f"to do     {alert['suggested_action']}"]
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
    table.columns[-1].justify = "left"
    for entry in audience.largest_corrections():
        after, unit = Decimal(entry["balance_after"]), entry["uom"]
        before = after - Decimal(entry["delta"])
        place = f"{entry['item_id']} at {entry['location_id']}"
        why = CORRECTIONS.get(entry["rule"], entry["rule"])
        table.add_row(place, _minute(entry["effective_time"]), f"{before:f} {unit}", f"{after:f} {unit}", why)
    return table


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")


def _changed_orders(audience: Audience) -> RenderableType:
    title = f"\nOrders corrected by later documents: {len(audience.corrected_orders):,} corrections, the last"
    table = _table(title, "order", "what", "before", "after")
    for order in audience.latest_corrected_orders():
        for change in filter(corrects, order["changed"]):
            table.add_row(order["po_number"], *_said(order, change))
    return table


def _said(order: Record, change: Record) -> tuple[str, str, str]:
    """What changed, before and after, with the unit of its line."""
    number, _, field = change["path"].removeprefix("lines[").partition("].")
    line: Mapping[str, str] = next((line for line in order["lines"] if line["line"] == number), {})
    what = f"{field} of {line.get('item_id') or 'an item'} (line {number})" if field else number
    before, after = ("-" if said is None else said for said in (change.get("before"), change.get("after")))
    unit = f" {line['uom']}" if line and before.isdecimal() else ""
    return what, f"{before}{unit}", f"{after}{unit}"


def _dead_letters(audience: Audience) -> RenderableType:
    table = _table("\nDead letters: refused, kept whole, can be sent again", "topic", "records", "why")
    table.columns[2].justify = "left"
    for (topic, error_class), count in sorted(audience.dead.items()):
        why = REFUSALS.get(error_class, error_class)
        table.add_row(topic, f"{count:,}", f"{why}, such as: {audience.dead_reasons[topic, error_class]}")
    return table if audience.dead else Text("\nNo dead letters.")
