"""Ports in memory that can fail at a chosen step, as a process dies: what was written stays written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.contracts.decode import Decoder
from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from app.domain.facts import Fact
from app.domain.policy import Policy
from app.flow import Lane
from app.store.partition import Partition
from app.store.ports import Group, Message, Row
from app.store.recovery import recover, recover_history
from app.store.table import Table


class Died(Exception):
    """The process ended here."""


class Broker:
    """Changelog, history and output topics; `dies_at` counts durable steps down to the one that is the last."""

    def __init__(self) -> None:
        self.changelog: list[Row] = []
        self.history: list[Row] = []
        self.published: list[Message] = []
        self.dies_at: int | None = None

    def _step(self) -> None:
        if self.dies_at is not None:
            self.dies_at -= 1
            if self.dies_at < 0:
                raise Died

    async def write(self, groups: Sequence[Group]) -> None:
        for group in groups:
            self._step()
            self.changelog += group

    async def seal(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._step()
            self.history.append(row)

    async def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self._step()
            self.published.append(message)
        self._step()


class Delivered(NamedTuple):
    """A record as a broker delivers it."""

    topic: str
    key: bytes | None
    value: bytes | None
    offset: int = 0
    partition: int = 0
    timestamp: int = 0
    headers: tuple[tuple[str, bytes], ...] = ()


SCHEMAS = LocalSchemas()
ENCODER = Encoder(SCHEMAS.ids())


def delivered(topic: str, key: str, fact: Fact, offset: int = 0) -> Delivered:
    return Delivered(topic, key.encode(), ENCODER.encode(topic, fact), offset)


async def taken_over(table: Table, broker: Broker, policy: Policy | None = None) -> Lane:
    """A lane whose partition is read from the broker, unsaid outputs said again."""
    partition = Partition(table)
    recover_history(partition, _last(broker.history))
    await broker.publish(recover(partition, _last(broker.changelog)))
    return Lane(partition, Decoder(SCHEMAS), ENCODER, SCHEMAS, policy or Policy(), broker, broker)


def _last(rows: list[Row]) -> dict[bytes, bytes]:
    """What a bulk read finds: the last row of every key, deleted ones left out."""
    return {key: row for key, row in dict(rows).items() if row is not None}
