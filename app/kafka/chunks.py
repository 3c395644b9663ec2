"""One Faust message is a chunk: the raw records of one topic-partition that one fetch returned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import faust
from msgspec import Struct

from app.store.ports import Record


class Fetched(Struct, gc=False):
    """One record, in the place of aiokafka's ConsumerRecord, which is four times as heavy."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    checksum: int | None
    serialized_key_size: int
    serialized_value_size: int
    headers: tuple[tuple[str, bytes | None], ...]


class Chunk:
    """Looks like one record to Faust; its value is the list of them, its offset the last one's."""

    __slots__ = ("topic", "partition", "offset", "timestamp", "timestamp_type", "value")
    headers = ()
    key = checksum = None
    serialized_key_size = serialized_value_size = 0

    def __init__(self, records: Sequence[Any]) -> None:
        last = records[-1]
        self.topic, self.partition, self.offset = last.topic, last.partition, last.offset
        self.timestamp, self.timestamp_type = last.timestamp, last.timestamp_type
        self.value: Sequence[Record] = records


class ChunkSchema(faust.Schema[Any, Any]):
    """Faust decodes nothing: the event's value is the chunk's list of records."""

    def compile(self, app: Any, **_: Any) -> Any:
        async def decode(message: Any, *, propagate: bool = False) -> Any:
            return faust.Event(app, None, message.value, [], message)

        return decode
