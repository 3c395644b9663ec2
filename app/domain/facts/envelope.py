"""The envelope: the first fields of every input record."""

from __future__ import annotations

from msgspec import Struct

from app.domain.codes import Purpose


class Fact(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """The envelope of every input record."""

    event_id: str
    source_system: str
    event_time: int
    record_time: int
    source_seq: int | None = None
    purpose: Purpose = Purpose.ORIGINAL
    supersedes: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    source_doc: str | None = None
    tz_offset_minutes: int | None = None
    facility_id: str | None = None
    partner_id: str | None = None
    content: bytes = b""
