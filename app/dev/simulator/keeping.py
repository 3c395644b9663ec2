"""How masters live: now and then one changes, and the sources that keep copies follow, or do not."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from app.contracts.times import format_time
from app.dev.simulator.courier import Courier
from app.dev.simulator.feeds import DAY, HOUR, MINUTE, Feeds
from app.dev.simulator.labels import Label
from app.dev.simulator.network import Network, masters
from app.dev.simulator.supplier_twins import entered_again
from app.domain.check_digits import check_digit

KEEPERS = ("erp", "wms")  # who hold copies of items
CHANGES = 0.03  # of an item on a day
AHEAD = 0.25  # of them are told days before they are valid
STALE, WRONG_DIGIT, TWIN, LATE = "stale-copy", "check-digit", "dup-supplier", "late-master"
RIVAL = "rival-master"
FAULTS = (STALE, WRONG_DIGIT, TWIN, LATE, RIVAL)
MISSED = {"item-master": "UNKNOWN_ITEM", "location-master": "UNKNOWN_LOCATION"}  # what stands on every shelf
Record = tuple[str, str, dict[str, Any]]


class Keeping:
    """The masters of a network; draws numbers of its own, so that goods and orders are the same without it."""

    def __init__(self, seed: int, network: Network, courier: Courier, rates: Mapping[str, float], start: int) -> None:
        self.rng, self.courier, self.rates = Random(f"masters {seed}"), courier, rates  # noqa: S311
        self.feeds = Feeds(self.rng)
        self.items: dict[str, Record] = {}
        self.lost: set[tuple[str, str]] = set()  # (item, keeper): its copy is not kept up any more
        self.busy: dict[str, int] = {}  # until when (ms) a copy is still on its way, by item
        self.wrong: dict[str, Label] = {}  # by item: a number that cannot be right
        self.contested: dict[str, Label] = {}  # by item: a version that came twice
        known: set[str] = set()  # topics with a record: nobody misses what never was
        for topic, key, body in masters(network, str(format_time(start))):
            wait = self._wait(topic, key, body) if topic in known else 0
            known.add(topic)
            if wait is None:
                continue
            self._send("mdm", (topic, key, body), start - DAY + wait)
            if topic == "supplier-master":
                self._twin((topic, key, body), start + HOUR)
            if topic == "item-master":
                self.items[key] = topic, key, body
                for keeper in KEEPERS:
                    self._copy(keeper, (topic, key, body), start - DAY + HOUR)

    def _wait(self, topic: str, key: str, body: dict[str, Any]) -> int | None:
        """How long (ms) a master is missing: mostly not at all, else for days, or for ever (None)."""
        if topic not in MISSED or body.get("critical") or not self._hits(LATE):
            return 0
        for_ever = self.rng.random() < 0.5
        self.courier.labels.append(Label(LATE, MISSED[topic], key, topic, open_at_end=for_ever))
        return None if for_ever else self.rng.randint(2, 4) * DAY

    def _twin(self, record: Record, at: int) -> None:
        """Now and then somebody enters a supplier once more."""
        topic, key, body = record
        if self._hits(TWIN):
            again, block = entered_again(self.rng, body)
            twin = again["supplier_id"]
            self._send("mdm", (topic, twin, again), at)
            self.courier.labels.append(Label(TWIN, "DUP_SUPPLIER", twin, f"{block}/{key}/{twin}", open_at_end=True))

    def day(self, midnight: int) -> None:
        """Some items change."""
        for key in list(self.items):
            if self.rng.random() < CHANGES and self.busy.get(key, 0) < midnight:
                self._change(key, midnight + 7 * HOUR + self.rng.randrange(10 * 60) * MINUTE)

    def _change(self, key: str, at: int) -> None:
        topic, _, body = self.items[key]
        valid = at + (self.rng.randint(1, 3) * DAY if self.rng.random() < AHEAD else 0)
        body = {**body, "version": body["version"] + 1, "gtin": self._gtin(), "valid_from": format_time(valid)}
        self._spoil(key, body)
        record = self.items[key] = topic, key, body
        self._send("mdm", record, at)
        self._rival(record, at)
        self.busy[key] = valid
        for keeper in KEEPERS:
            lag = None if (key, keeper) in self.lost else self._lag(key, keeper)
            if lag is not None:
                self._copy(keeper, record, valid + lag)
                self.busy[key] = max(self.busy[key], valid + lag)

    def _rival(self, record: Record, at: int) -> None:
        """Now and then a second system sends a version of its own under the same number."""
        topic, key, body = record
        if key in self.contested:
            self.contested.pop(key).open_at_end = False
        if self._hits(RIVAL):
            self._send("catalog", (topic, key, {**body, "description": f"{body['description']}, new"}), at + HOUR)
            evidence = f"version {body['version']}"
            label = self.contested[key] = Label(RIVAL, "DUPLICATE_CONFLICT", key, evidence, open_at_end=True)
            self.courier.labels.append(label)

    def _gtin(self) -> str:
        digits = f"{self.rng.randrange(10**13):013}"
        return digits + check_digit(digits)

    def _spoil(self, key: str, body: dict[str, Any]) -> None:
        if key in self.wrong:
            self.wrong.pop(key).open_at_end = False
        if self._hits(WRONG_DIGIT):
            gtin = body["gtin"]
            body["gtin"] = gtin[:-1] + str((int(gtin[-1]) + self.rng.randint(1, 9)) % 10)
            label = self.wrong[key] = Label(WRONG_DIGIT, "CHECK_DIGIT", key, "gtin", open_at_end=True)
            self.courier.labels.append(label)

    def _lag(self, key: str, keeper: str) -> int | None:
        """How long (ms) a keeper needs to follow: minutes, too many hours, or for ever."""
        if not self._hits(STALE):
            return self.rng.randint(1, 60) * MINUTE
        for_ever = self.rng.random() < 0.5
        self.courier.labels.append(Label(STALE, "STALE_MASTER", key, keeper, open_at_end=for_ever))
        if for_ever:
            self.lost.add((key, keeper))
            return None
        return self.rng.randint(5, 30) * HOUR

    def _copy(self, keeper: str, record: Record, at: int) -> None:
        topic, key, body = record
        self._send(keeper, (topic, key, {**body, "role": "COPY"}), at)

    def _send(self, source: str, record: Record, at: int) -> None:
        topic, key, body = record
        self.courier.wire.send(self.feeds.event(topic, key, source, at, body))

    def _hits(self, name: str) -> bool:
        rate = self.rates.get(name, 0.0)
        return rate > 0 and self.rng.random() < rate
