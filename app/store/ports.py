"""What the line reads from, writes to and publishes with: every engine brings its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct


class Record(Protocol):
    """One record as an engine delivers it; aiokafka's ConsumerRecord is one."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


class Message(Struct, frozen=True, array_like=True, gc=False):
    """One output on its way to a topic; its partition follows from its key (murmur2)."""

    topic: str
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes | None], ...] = ()


Row = tuple[bytes, bytes | None]  # one changelog record; None deletes
Group = list[Row]  # rows that become durable together: one record batch, never split


class Changelog(Protocol):
    """The only way to the changelog and history of one table partition."""

    async def write(self, groups: Sequence[Group]) -> None:
        """Append the groups in order and wait for every ack; a group is never split over two batches."""

    async def seal(self, rows: Sequence[Row]) -> None:
        """Append rows to the history topic and wait for every ack."""


class Publisher(Protocol):
    """The way to the output topics."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Send in order (per topic and key) and wait for every ack."""
