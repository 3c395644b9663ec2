"""Whoever listens to the output topics: keeps what a manager asks for, by the contract's rules for consumers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.dev.demo.words import URGENCY

Record = Mapping[str, Any]  # a record's value in the file form
SEVERITIES = ("INFO", "WARN", "HIGH", "CRITICAL")
STATES = ("OPEN", "ACKED", "WAIVED", "RESOLVED", "HEALED")  # within an episode the later one holds
EXAMPLES = 3
STATES_THAT_FOLLOW = frozenset({"fulfilment", "invoicing"})  # from quantities, which are shown
GROWING = frozenset({"shipped", "received_good", "received_discrepant", "returned", "invoiced", "credited"})
FIRST_WORDS = (None, "0", "NONE", "STUB")  # of a field that said nothing before


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
        self.corrected_orders: dict[tuple[str, int], Record] = {}  # by (order, version), what was said and changed

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
        if any(map(corrects, order["changed"])):
            self.corrected_orders[key, order["state_version"]] = order

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
        """The newest first."""
        still = [alert for alert in self.alerts.values() if alert["state"] == "OPEN"]
        return sorted(still, key=lambda a: (a["first_seen"], a["alert_id"]), reverse=True)

    def most_urgent(self) -> list[tuple[Record, int]]:
        """The most urgent alerts, one of a kind and one of a thing, each with how many of its kind are open."""
        still = sorted(self.open_alerts(), key=_urgency)
        counts = Counter(alert["code"] for alert in still)
        chosen: list[Record] = []
        for alert in still:
            if not any(alert[name] == other[name] for other in chosen for name in ("code", "entity_id")):
                chosen.append(alert)
        return [(alert, counts[alert["code"]]) for alert in chosen[:EXAMPLES]]

    def largest_corrections(self) -> list[Record]:
        """Ledger corrections by how much they changed."""
        return sorted(self.corrections.values(), key=lambda e: (-abs(Decimal(e["delta"])), e["entry_id"]))[:EXAMPLES]

    def latest_corrected_orders(self) -> list[Record]:
        """Of the orders corrected last, the last correction of each."""
        latest: dict[str, Record] = {}
        for (key, _), order in self.corrected_orders.items():
            latest.pop(key, None)
            latest[key] = order
        return list(latest.values())[-EXAMPLES:]


def corrects(change: Record) -> bool:
    """Whether a change of an order takes back something said; goods that go on coming only add to it."""
    field, before, after = change["path"].rpartition(".")[2], change.get("before"), change.get("after")
    if before in FIRST_WORDS or field in STATES_THAT_FOLLOW or after == "COMPLETED":
        return False
    return field not in GROWING or after is None or Decimal(after) < Decimal(str(before))


def _urgency(alert: Record) -> tuple[int, int]:
    """The lower, the sooner somebody must act."""
    code = alert["code"]
    return -SEVERITIES.index(alert["severity"]), URGENCY.index(code) if code in URGENCY else len(URGENCY)


def _place(alert: Record) -> tuple[int, int]:
    return alert["episode"], STATES.index(alert["state"])


_EARS = {
    "inventory-corrected": Audience.entry,
    "po-corrected": Audience.order,
    "alerts": Audience.alert,
    "dead-letters": Audience.dead_letter,
}
