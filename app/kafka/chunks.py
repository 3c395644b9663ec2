"""One Faust message is a chunk: the raw records of one topic-partition that one fetch returned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import faust
from aiokafka.consumer import fetcher
from msgspec import Struct

from app.store.ports import Record

SKIP = (
    "Neither we nor Java's clients can read such a record: mend its producer, stop the workers, set the group's offset "
    "behind it (kafka-consumer-groups.sh --reset-offsets --to-offset) and have its source send it again"
)


class Fetched(Struct, gc=False):
    """One record, in the place of aiokafka's ConsumerRecord, which is four times as heavy."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


class UnreadableHeader(Exception):
    """A record that cannot be unpacked, because the name of a header is no text."""


class Unpacked(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka has no types
    """What a fetch returned of one topic-partition, in the place of aiokafka's, which also deserializes."""

    def __iter__(self) -> Any:
        return self._records_iterator

    def _unpack_records(self) -> Any:
        try:
            yield from super()._unpack_records()
        except UnicodeDecodeError as error:
            place = f"{self._tp.topic}/{self._tp.partition}, offset {self.next_fetch_offset}"
            raise UnreadableHeader(f"{place}: the name of a header is not UTF-8: {error}. {SKIP}") from error

    def _consumer_record(self, tp: Any, record: Any) -> Fetched:
        headers = tuple(record.headers)
        return Fetched(tp.topic, tp.partition, record.offset, record.timestamp, record.key, record.value, headers)


class Chunk:
    """Looks like one record to Faust; its value is the list of them, its offset the last one's."""

    __slots__ = ("topic", "partition", "offset", "timestamp", "value")
    headers = ()
    key = checksum = None
    timestamp_type = serialized_key_size = serialized_value_size = 0

    def __init__(self, records: Sequence[Any]) -> None:
        last = records[-1]
        self.topic, self.partition = last.topic, last.partition
        self.offset, self.timestamp = last.offset, last.timestamp
        self.value: Sequence[Record] = records


class ChunkSchema(faust.Schema[Any, Any]):
    """Faust decodes nothing: the event's value is the chunk's list of records."""

    def compile(self, app: Any, **_: Any) -> Any:
        async def decode(message: Any, *, propagate: bool = False) -> Any:
            return faust.Event(app, None, message.value, [], message)

        return decode
