"""Bytes to facts: the wire format, the writer's schema resolved to ours, the contract's checks, the content's hash.

The only door for input records: whatever passes is a fact the domain may trust.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any, Protocol

import msgspec
from fastavro import schemaless_reader, schemaless_writer

from app.contracts import compiled
from app.contracts.checks import bounds, check_key, check_values, sound
from app.contracts.content import content_of
from app.contracts.schemas import Written, reader
from app.contracts.symbols import numbered
from app.domain.codes import Purpose
from app.domain.facts import Fact, Removed
from app.domain.internal import Internal
from app.errors import ContractError, DecodeError, RecordError
from app.topics import INPUT_NAMES, READ_NAMES, TOPICS, Topic

PREFIX = 5  # bytes of the registry's wire format before the body


class Schemas(Protocol):
    """Writer schemas by id."""

    def get(self, schema_id: int) -> Written: ...


def split(value: bytes) -> tuple[int, bytes]:
    """Schema id and body of the registry's wire format; raises DecodeError."""
    if len(value) < PREFIX or value[0] != 0:
        raise DecodeError(f"not in the registry's wire format: begins with {value[:PREFIX].hex() or 'nothing'}")
    return int.from_bytes(value[1:PREFIX], "big"), value[PREFIX:]


def read(topic: Topic, value: bytes, schemas: Schemas) -> Any:
    """The record as the topic's struct; raises DecodeError, ContractError or SchemaMissing."""
    record = read_record(topic, value, schemas)
    if topic.name in INPUT_NAMES:
        record["content"] = content_of(record, lambda canonical: _canonical(topic.name, canonical))
    try:
        return msgspec.convert(numbered(record), topic.record)
    except msgspec.ValidationError as error:
        raise ContractError(f"{topic.schema}: {error}") from error


def read_record(topic: Topic, value: bytes, schemas: Schemas) -> dict[str, Any]:
    """The record as plain values, decimals unscaled; raises DecodeError, ContractError or SchemaMissing."""
    schema_id, body = split(value)
    written = schemas.get(schema_id)
    if written.record != topic.schema:
        raise DecodeError(f"schema {schema_id} is a {written.record}, and {topic.name} holds {topic.schema}")
    if written.problems:
        raise ContractError(f"schema {schema_id}: {'; '.join(written.problems)}")
    return dict(_resolved(topic, schema_id, written, body))


def _resolved(topic: Topic, schema_id: int, written: Written, body: bytes) -> Any:
    """The reference: a record of any schema as ours sees it."""
    stream = BytesIO(body)
    try:
        record: Any = schemaless_reader(stream, written.schema, reader(topic.name))
    except RecordError:
        raise
    except Exception as error:
        raise DecodeError(f"no {topic.schema} by schema {schema_id}: {type(error).__name__}: {error}"[:500]) from error
    left = len(body) - stream.tell()
    if left:
        raise DecodeError(f"{left} bytes left over after the {topic.schema} of schema {schema_id}")
    return record


def _canonical(topic: str, record: dict[str, Any]) -> bytes:
    stream = BytesIO()
    schemaless_writer(stream, reader(topic), record)
    return stream.getvalue()


class Decoder:
    """Decodes input records; one instance may serve every topic."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._plain: dict[tuple[str, bytes], tuple[Topic, compiled.Reader]] = {}  # by topic and first bytes

    def decode(self, topic: str, key: bytes | None, value: bytes | None) -> Fact | Internal:
        """Raises DecodeError, ContractError (the reason names the field), or SchemaMissing (fetch, then try again)."""
        if value is not None:
            try:
                row, plain = self._plain[topic, value[:PREFIX]]
                fact: Fact | Internal = plain(value, PREFIX)
                if sound(row, key, fact):
                    return fact
            except Exception:  # noqa: S110 - the reference reads it, or says what is wrong
                pass
        return self._by_reference(topic, key, value)

    def _by_reference(self, topic: str, key: bytes | None, value: bytes | None) -> Fact | Internal:
        if topic not in READ_NAMES:
            raise ContractError(f"{topic} is not a topic that Syncline reads", topic)
        row = TOPICS[topic]
        text = check_key(key) if topic in INPUT_NAMES else (key or b"").decode("utf-8", "replace")
        if value is None:
            return _removed(row)
        fact: Fact | Internal = read(row, value, self._schemas)
        self._learn(row, value)
        check_values(row, text, fact)
        return fact

    def _learn(self, topic: Topic, value: bytes) -> None:
        """Remember that records which begin so are written by the very schema that we read by."""
        if self._schemas.get(split(value)[0]).ours:
            self._plain[topic.name, value[:PREFIX]] = topic, _compiled(topic.name)


@cache
def _compiled(topic: str) -> compiled.Reader:
    return compiled.reader(reader(topic), TOPICS[topic].record or Fact, bounds)


def _removed(topic: Topic) -> Removed:
    if not topic.compacted:
        raise ContractError("a tombstone: removing what happened is a CANCEL event, not an empty value")
    empty: dict[str, Any] = dict.fromkeys(Removed.__struct_fields__)
    return Removed(**empty | {"event_id": "", "source_system": "", "event_time": 0, "record_time": 0,
                              "purpose": Purpose.ORIGINAL, "content": b"", "topic": topic.name})  # fmt: skip
