"""A consumer of the outputs as the contracts want it: adds deltas, keeps what is newest, ignores repeated ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

OUTPUTS = ("inventory-corrected", "alerts", "po-corrected", "dead-letters")
RANK = ("OPEN", "ACKED", "WAIVED", "RESOLVED", "HEALED")
Value = dict[str, Any]
IDENTITY: dict[str, Callable[[Value], tuple[Any, ...]]] = {
    "inventory-corrected": lambda v: (v["entry_id"],),
    "alerts": lambda v: (v["alert_id"], v["episode"], v["state"], v["severity"]),
    "po-corrected": lambda v: (v["po_number"], v["state_version"]),
    "dead-letters": lambda v: (v["topic"], v["partition"], v["offset"]),
}


class Listener:
    """Hears outputs one by one, those of a key in the order of their partition."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()  # by topic, repeats included
        self.repeated: Counter[str] = Counter()  # by topic
        self.differing: list[tuple[Any, ...]] = []  # ids that came again with other content
        self.balances: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)  # the ledger's sums
        self.movements: set[str] = set()  # events whose own entry was heard: every movement has one, delta 0 included
        self.orders: dict[str, Value] = {}  # the newest state of each
        self.refused: set[tuple[Any, ...]] = set()
        self._contents: dict[tuple[Any, ...], int] = {}
        self._alerts: dict[str, tuple[tuple[int, int, int], Value]] = {}
        self._opened: set[tuple[str, int]] = set()  # episodes by alert_id
        self._take = {
            "inventory-corrected": self._entry,
            "alerts": self._alert,
            "po-corrected": self._order,
            "dead-letters": self._letter,
        }

    def hear(self, topic: str, value: Value, content: bytes) -> None:
        """One output; `content` are the bytes that a repeat of it must equal."""
        self.heard[topic] += 1
        identity, mark = (topic, *IDENTITY[topic](value)), hash(content)
        if identity not in self._contents:
            self._contents[identity] = mark
            self._take[topic](value)
            return
        self.repeated[topic] += 1
        if self._contents[identity] != mark:
            self.differing.append(identity)

    def distinct(self, topic: str) -> int:
        return self.heard[topic] - self.repeated[topic]

    def sums(self) -> dict[tuple[Any, ...], Decimal]:
        """The balances that are not zero: what was booked before its unit was known is taken back whole."""
        return {place: balance for place, balance in self.balances.items() if balance}

    def open_alerts(self) -> set[tuple[Any, ...]]:
        """(alert_id, code, entity_id, severity) of each."""
        latest = [alert for (_, rank, _), alert in self._alerts.values() if rank < RANK.index("HEALED")]
        return {(a["alert_id"], a["code"], a["entity_id"], a["severity"]) for a in latest}

    def unopened(self) -> set[tuple[str, int]]:
        """Episodes of alerts whose beginning was never said, though their end was, or a later one."""
        newest = {alert_id: episode for alert_id, ((episode, _, _), _) in self._alerts.items()}
        return {(key, n) for key, last in newest.items() for n in range(1, last + 1)} - self._opened

    def _entry(self, entry: Value) -> None:
        place = tuple(entry[name] for name in ("item_id", "location_id", "lot", "stock_status", "uom"))
        self.balances[place] += Decimal(entry["delta"])
        if entry["kind"] == "MOVEMENT":
            self.movements.add(entry["caused_by"])

    def _alert(self, alert: Value) -> None:
        rank = alert["episode"], RANK.index(alert["state"]), alert["state_version"]
        if alert["state"] == "OPEN":
            self._opened.add((alert["alert_id"], alert["episode"]))
        if alert["alert_id"] not in self._alerts or rank > self._alerts[alert["alert_id"]][0]:
            self._alerts[alert["alert_id"]] = rank, alert

    def _order(self, order: Value) -> None:
        known = self.orders.get(order["po_number"])
        if known is None or order["state_version"] > known["state_version"]:
            self.orders[order["po_number"]] = order

    def _letter(self, letter: Value) -> None:
        self.refused.add((letter["topic"], letter["key"], letter["value"], letter["error_class"], letter["reason"]))
