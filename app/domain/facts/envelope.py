"""The envelope: the first fields of every input record."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import Purpose


class Fact(Struct, frozen=True, gc=False):
    """The envelope of every input record; no fact can be part of a cycle for Python's collector to find (`gc`)."""

    event_id: str
    source_system: str
    event_time: int
    record_time: int
    source_seq: int | None
    purpose: Purpose
    supersedes: str | None
    correlation_id: str | None
    causation_id: str | None
    source_doc: str | None
    tz_offset_minutes: int | None
    facility_id: str | None
    partner_id: str | None
    content: bytes
