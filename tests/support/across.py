"""Orders and what is seen across them, followed together without an engine: each hears at once what the other tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.domain.facts import Fact
from app.domain.internal import Sighting
from app.domain.policy import Policy
from tables import PURCHASE_ORDERS, SIGHTINGS
from tests.support.contracts import DECODER, ENCODER
from tests.support.following import Following


class Across:
    """`orders` and `sightings` are followed side by side."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.orders, self.sightings = Following(PURCHASE_ORDERS, policy), Following(SIGHTINGS, policy)
        self.told: list[Sighting] = []

    @classmethod
    def of(cls, story: Iterable[Fact], wait: int = 0, policy: Policy | None = None) -> Across:
        """A story of several orders, and what becomes of it within `wait` ms."""
        across = cls(policy)
        across.follow(story)
        across.wait_until(across.orders.clock + wait)
        return across

    def follow(self, story: Iterable[Fact]) -> None:
        for fact in story:
            self.wait_until(fact.record_time)
            self.orders.take(_key(fact), [fact])
            self._hear()

    def _hear(self) -> None:
        sightings = [output for output in self.orders.outputs if isinstance(output, Sighting)]
        for told in sightings[len(self.told) :]:
            self.sightings.take(told.key, [_read(told)])
        self.told = sightings

    def wait_until(self, time: int) -> None:
        self.orders.wait_until(time)
        self.sightings.wait_until(time)

    def open(self, code: str) -> list[tuple[str, str, str]]:
        """Key, evidence and severity of every open alert of a code across orders."""
        views = [self.sightings.view(key.decode()) for key in sorted(self.sightings.partition.heads)]
        alerts = [(view["key"], alert) for view in views for alert in view["open_alerts"]]
        return [(key, alert["evidence"], alert["severity"]) for key, alert in alerts if alert["code"] == code]


def _read(told: Sighting) -> Any:
    """The sighting as it comes over a topic."""
    return DECODER.decode("sightings", told.key.encode(), ENCODER.encode("sightings", told))


def _key(fact: Any) -> str:
    return fact.po_number or f"~{getattr(fact, 'invoice_number', '')}"
