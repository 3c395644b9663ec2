"""Whoever listens to the output topics: keeps what a manager asks for, by the contract's rules for consumers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Record = Mapping[str, Any]  # a record's value in the file form
SEVERITIES = ("INFO", "WARN", "HIGH", "CRITICAL")
STATES = ("OPEN", "ACKED", "WAIVED", "RESOLVED", "HEALED")  # within an episode the later one holds
EXAMPLES = 3


class Audience:
    """Hears every output once or more; repeats change nothing."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()  # by topic
        self.balances: dict[tuple[str, str, str], Decimal] = {}  # (item@location, stock status, lot/unit) -> quantity
        self.orders: dict[str, Record] = {}
        self.alerts: dict[str, Record] = {}
        self.opened: Counter[str] = Counter()  # by code
        self.healed: Counter[str] = Counter()
        self.dead: Counter[tuple[str, str]] = Counter()  # by (topic, error class)
        self.dead_reasons: dict[tuple[str, str], str] = {}
        self.corrections: dict[str, Record] = {}  # by entry_id
        self.changes: list[Record] = []  # corrected orders in which something already said changed

    def hear(self, topic: str, key: str | None, record: Record) -> None:
        """One output, in the file form."""
        self.heard[topic] += 1
        _EARS[topic](self, key or "", record)

    def entry(self, key: str, entry: Record) -> None:
        lot = f"{entry.get('lot') or ''}/{entry['uom']}"
        self.balances[key, entry["stock_status"], lot] = Decimal(entry["balance_after"])
        if entry["kind"] == "CORRECTION":
            self.corrections[entry["entry_id"]] = entry

    def order(self, key: str, order: Record) -> None:
        known = self.orders.get(key)
        if known is None or order["state_version"] > known["state_version"]:
            self.orders[key] = order
        if any(change.get("before") not in (None, "0", "NONE") for change in order.get("changed", ())):
            self.changes.append(order)

    def alert(self, key: str, alert: Record) -> None:
        known = self.alerts.get(alert["alert_id"])
        if known is not None and _place(alert) <= _place(known) and alert["severity"] == known["severity"]:
            return
        if alert["state"] == "HEALED":
            self.healed[alert["code"]] += 1
        elif known is None or alert["episode"] > known["episode"]:
            self.opened[alert["code"]] += 1
        self.alerts[alert["alert_id"]] = alert

    def dead_letter(self, key: str, letter: Record) -> None:
        kind = letter["topic"], letter["error_class"]
        self.dead[kind] += 1
        self.dead_reasons.setdefault(kind, letter["reason"])

    # --- what a manager asks ----------------------------------------------------------------------------------------

    @property
    def positions(self) -> int:
        return len({key for key, _, _ in self.balances})

    @property
    def positions_below_zero(self) -> int:
        sums: Counter[tuple[str, str]] = Counter()
        for (key, status, _), balance in self.balances.items():
            sums[key, status] += balance  # type: ignore[assignment]
        return len({key for (key, _), balance in sums.items() if balance < 0})

    def orders_by(self, dimension: str) -> Counter[str]:
        """How many orders stand where in `life`, `ack` or `fulfilment`."""
        return Counter(order[dimension] for order in self.orders.values())

    def open_alerts(self) -> list[Record]:
        """The most urgent first: by severity, then the newest."""
        still = [alert for alert in self.alerts.values() if alert["state"] == "OPEN"]
        return sorted(still, key=lambda a: (SEVERITIES.index(a["severity"]), a["since"], a["alert_id"]), reverse=True)

    def most_urgent(self) -> list[tuple[Record, int]]:
        """The first alert of each of the most urgent kinds, with how many of its kind are open."""
        still = self.open_alerts()
        counts = Counter(alert["code"] for alert in still)
        first = {alert["code"]: alert for alert in reversed(still)}
        return [(alert, counts[alert["code"]]) for alert in still if first[alert["code"]] is alert][:EXAMPLES]

    def largest_corrections(self) -> list[Record]:
        """Ledger corrections by how much they changed."""
        return sorted(self.corrections.values(), key=lambda e: (-abs(Decimal(e["delta"])), e["entry_id"]))[:EXAMPLES]


def _place(alert: Record) -> tuple[int, int]:
    return alert["episode"], STATES.index(alert["state"])


_EARS = {
    "inventory-corrected": Audience.entry,
    "po-corrected": Audience.order,
    "alerts": Audience.alert,
    "dead-letters": Audience.dead_letter,
}
