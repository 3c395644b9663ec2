"""Bytes to facts: the wire format, the writer's schema resolved to ours, the contract's checks, the content's hash.

The only door for input records: whatever passes is a fact the domain may trust.
"""

from __future__ import annotations

import hashlib
from functools import cache
from io import BytesIO
from typing import Any, Protocol

import msgspec
from fastavro import schemaless_reader
from msgspec.structs import force_setattr, replace

from app.contracts import compiled
from app.contracts.checks import bounds, check_key, check_values
from app.contracts.schemas import Written, reader
from app.domain.codes import Purpose
from app.domain.facts import Fact, Removed
from app.errors import ContractError, DecodeError, RecordError
from app.topics import INPUT_NAMES, TOPICS, Topic

_canonical = msgspec.msgpack.Encoder().encode


class Schemas(Protocol):
    """Writer schemas by id."""

    def get(self, schema_id: int) -> Written: ...


def split(value: bytes) -> tuple[int, bytes]:
    """Schema id and body of the registry's wire format; raises DecodeError."""
    if len(value) < 5 or value[0] != 0:
        raise DecodeError(f"not in the registry's wire format: begins with {value[:5].hex() or 'nothing'}")
    return int.from_bytes(value[1:5], "big"), value[5:]


def read(topic: Topic, value: bytes, schemas: Schemas) -> Any:
    """The record as the topic's struct; raises DecodeError, ContractError or SchemaMissing."""
    return _read(topic, value, schemas)[0]


def _read(topic: Topic, value: bytes, schemas: Schemas) -> tuple[Any, bool]:
    """The record, and whether its texts are known to be in bounds."""
    schema_id, written, body = _opened(topic, value, schemas)
    if written.ours:
        try:
            return _compiled(topic.name)(body), True
        except Exception:  # noqa: S110 - the reference reads it, or says what is wrong
            pass
    try:
        return msgspec.convert(_resolved(topic, schema_id, written, body), topic.record), False
    except msgspec.ValidationError as error:
        raise ContractError(f"{topic.schema}: {error}") from error


def read_record(topic: Topic, value: bytes, schemas: Schemas) -> dict[str, Any]:
    """The record as plain values, decimals unscaled; raises DecodeError, ContractError or SchemaMissing."""
    return dict(_resolved(topic, *_opened(topic, value, schemas)))


def _opened(topic: Topic, value: bytes, schemas: Schemas) -> tuple[int, Written, bytes]:
    schema_id, body = split(value)
    written = schemas.get(schema_id)
    if written.record != topic.schema:
        raise DecodeError(f"schema {schema_id} is a {written.record}, and {topic.name} holds {topic.schema}")
    if written.problems:
        raise ContractError(f"schema {schema_id}: {'; '.join(written.problems)}")
    return schema_id, written, body


@cache
def _compiled(topic: str) -> compiled.Reader:
    return compiled.reader(reader(topic), TOPICS[topic].record or Fact, bounds)


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


class Decoder:
    """Decodes input records; one instance may serve every topic."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def decode(self, topic: str, key: bytes | None, value: bytes | None) -> Fact:
        """Raises DecodeError, ContractError (the reason names the field), or SchemaMissing (fetch, then try again)."""
        if topic not in INPUT_NAMES:
            raise ContractError(f"{topic} is not a topic that Syncline reads", topic)
        row = TOPICS[topic]
        text = check_key(key)
        if value is None:
            return _removed(row)
        fact: Fact
        fact, bounded = _read(row, value, self._schemas)
        check_values(row, text, fact, bounded)
        force_setattr(fact, "content", _content(fact))
        return fact


def _removed(topic: Topic) -> Removed:
    if not topic.compacted:
        raise ContractError("a tombstone: removing what happened is a CANCEL event, not an empty value")
    return Removed(event_id="", source_system="", event_time=0, record_time=0)


def _content(fact: Fact) -> bytes:
    """SHA-256 of the canonical content: all but ids, numbers, times and source_doc; nulls and defaults left out."""
    purpose = Purpose.ORIGINAL if fact.purpose is Purpose.DUPLICATE else fact.purpose
    bare = replace(
        fact, event_id="", event_time=0, record_time=0, source_seq=None, source_doc=None, purpose=purpose, content=b""
    )
    return hashlib.sha256(_canonical(bare)).digest()
