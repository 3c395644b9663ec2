"""Bytes in: every record becomes a fact, or a dead letter that says why and keeps its bytes.

A registry that does not answer is not poison: the partition waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from app.domain.codes import ErrorClass
from app.domain.facts import Fact
from app.domain.internal import Internal
from app.domain.outputs import DeadLetter
from app.errors import RecordError, RegistryUnavailable, SchemaMissing
from app.flow.dead_letters import bury
from app.store.ports import Record

PATIENCE = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between two questions to a silent registry; the last one repeats


class Schemas(Protocol):
    """Where writer schemas come from."""

    async def fetch(self, schema_id: int) -> object: ...


class Decoder(Protocol):
    def decode(self, topic: str, key: bytes | None, value: bytes | None) -> Fact | Internal: ...


class Accepted(Struct, gc=False):
    """A record that kept its contract, and its fact."""

    record: Record
    fact: Fact | Internal


class Intake(NamedTuple):
    """What the records of a turn came to."""

    accepted: list[Accepted]
    refused: list[DeadLetter]


async def take_in(records: Sequence[Record], decoder: Decoder, schemas: Schemas) -> Intake:
    """Decode every record; asks the registry for schemas not yet known, for as long as it takes."""
    intake = Intake([], [])
    decode, accept = decoder.decode, intake.accepted.append
    for record in records:
        try:
            try:
                fact = decode(record.topic, record.key, record.value)
            except SchemaMissing:
                fact = await _decode_patiently(record, decoder, schemas)
            accept(Accepted(record, fact))
        except RecordError as error:
            intake.refused.append(bury(record, error.error_class, error.reason))
        except Exception as error:  # our own mistake must not stop the partition
            intake.refused.append(bury(record, ErrorClass.BUG, f"{type(error).__name__}: {error}"))
    return intake


async def _decode_patiently(record: Record, decoder: Decoder, schemas: Schemas) -> Fact | Internal:
    attempt = 0
    while True:
        try:
            return decoder.decode(record.topic, record.key, record.value)
        except SchemaMissing as missing:
            try:
                await schemas.fetch(missing.schema_id)
            except RegistryUnavailable:
                await asyncio.sleep(PATIENCE[min(attempt, len(PATIENCE) - 1)])
                attempt += 1
