"""What of a record is its content: two records with one content say the same, by whichever copy and whenever sent.

The canonical bytes are our newest schema's encoding with these fields blank, a DUPLICATE an ORIGINAL, and without the
zeros at its end: nullable fields that a later version adds there, and leaves null, change no content.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

BLANK = {"event_id": "", "source_seq": None, "event_time": 0, "record_time": 0, "source_doc": None}
SAME_PURPOSE = {"DUPLICATE": "ORIGINAL"}


def content_of(record: dict[str, Any], encode: Callable[[dict[str, Any]], bytes]) -> bytes:
    """SHA-256 of a record's canonical bytes; `encode` writes it by our newest schema."""
    purpose = record["purpose"]
    return digest(encode(record | BLANK | {"purpose": SAME_PURPOSE.get(purpose, purpose)}))


def digest(canonical: bytes) -> bytes:
    """SHA-256 of canonical bytes, whose last fields may be null."""
    return sha256(canonical.rstrip(b"\0")).digest()
