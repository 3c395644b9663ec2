"""Orders, masters of suppliers, and what is seen across them, followed together: each hears at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.domain.facts import Fact, SupplierMaster
from app.domain.internal import Sighting
from app.domain.policy import Policy
from tables import MASTERS, PURCHASE_ORDERS, SIGHTINGS
from tests.support.contracts import DECODER, ENCODER
from tests.support.following import Following


class Across:
    """`sightings` hears what `orders` and `masters` tell."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.orders, self.masters = Following(PURCHASE_ORDERS, policy), Following(MASTERS, policy)
        self.sightings = Following(SIGHTINGS, policy)
        self.told: list[Sighting] = []

    @classmethod
    def of(cls, story: Iterable[Fact], wait: int = 0, policy: Policy | None = None) -> Across:
        """A story of several orders, and what becomes of it within `wait` ms."""
        across = cls(policy)
        across.follow(story)
        across.wait_until(max(across.orders.clock, across.masters.clock) + wait)
        return across

    def follow(self, story: Iterable[Fact]) -> None:
        for fact in story:
            self.wait_until(fact.record_time)
            speaking = self.masters if isinstance(fact, SupplierMaster) else self.orders
            said = len(speaking.outputs)
            speaking.take(_key(fact), [fact])
            for told in speaking.outputs[said:]:
                if isinstance(told, Sighting):
                    self.told.append(told)
                    self.sightings.take(told.key, [_read(told)], now=max(speaking.clock, self.sightings.clock))

    def wait_until(self, time: int) -> None:
        self.orders.wait_until(time)
        self.sightings.wait_until(time)

    def open(self, code: str) -> list[tuple[str, str, str]]:
        """Block, what of it, and severity of every open alert of a code across orders."""
        views = [self.sightings.view(key.decode()) for key in sorted(self.sightings.partition.heads)]
        alerts = [(view["key"], alert) for view in views for alert in view["open_alerts"]]
        found = [(key, alert["evidence"], alert["severity"]) for key, alert in alerts if alert["code"] == code]
        return [(key, evidence.removeprefix(f"{key}/"), severity) for key, evidence, severity in found]


def _read(told: Sighting) -> Any:
    """The sighting as it comes over a topic."""
    return DECODER.decode("sightings", told.key.encode(), ENCODER.encode("sightings", told))


def _key(fact: Any) -> str:
    if isinstance(fact, SupplierMaster):
        return fact.supplier_id
    return fact.po_number or f"~{getattr(fact, 'invoice_number', '')}"
