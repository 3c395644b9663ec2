"""How a record becomes a dead letter: whole, with its place and the reason, ready to be replayed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from app.domain.codes import ErrorClass
from app.domain.outputs import DeadLetter, Header
from app.store.ports import Record

REPLAY_OF = "syncline-replay-of"
ATTEMPTS = "syncline-attempts"
LEFT_OUT = "syncline-left-out"
LETTER_BYTES = 4 * 1024 * 1024 - 4 * 1024  # packed: what the topic takes, less key and batch
REASON_CHARACTERS = 1_000
KEY_BYTES = 2_048  # lawful keys are shorter
PLACE_BYTES = 512  # as places are: a topic's name has 249 at most


def bury(record: Record, error_class: ErrorClass, reason: str) -> DeadLetter:
    """The dead letter of a record; key and value are untouched."""
    headers = dict(record.headers)
    return DeadLetter(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp=max(record.timestamp, 0),
        key=record.key,
        value=record.value,
        headers=tuple(Header(name=name, value=value) for name, value in record.headers),
        error_class=error_class,
        reason=reason[:REASON_CHARACTERS],
        attempts=_attempts(headers.get(ATTEMPTS)) + 1,
        replay_of=_place(headers.get(REPLAY_OF)),
    )


class Revived(NamedTuple):
    """A dead letter's record on its way back to its topic."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


def revive(letter: DeadLetter) -> Revived:
    """The record of a dead letter, byte for byte; its headers say where it lay and how often it was tried."""
    headers = [(header.name, header.value) for header in letter.headers if header.name not in (REPLAY_OF, ATTEMPTS)]
    headers += [(REPLAY_OF, place(letter).encode()), (ATTEMPTS, str(letter.attempts).encode())]
    return Revived(letter.topic, letter.key, letter.value, headers)


def key_of(letter: DeadLetter) -> bytes | None:
    """Its record's key; none where that is longer than any lawful one, and would be half of what a topic takes."""
    return letter.key if len(letter.key or b"") <= KEY_BYTES else None


def shortened(letter: DeadLetter) -> DeadLetter:
    """A letter that no topic takes whole, with the bytes of its value told and value and headers left out."""
    told = Header(name=LEFT_OUT, value=str(len(letter.value or b"")).encode())
    return replace(letter, key=key_of(letter), value=None, headers=(told,))


def is_shortened(letter: DeadLetter) -> bool:
    """Whether its record stands whole at its place alone, and cannot be sent again from the letter."""
    return letter.value is None and any(header.name == LEFT_OUT for header in letter.headers)


def place(letter: DeadLetter) -> str:
    """Where its record lay, as topic/partition/offset."""
    return f"{letter.topic}/{letter.partition}/{letter.offset}"


def _attempts(header: bytes | None) -> int:
    return int(header) if header is not None and header.isdigit() and len(header) < 10 else 0


def _place(header: bytes | None) -> str | None:
    """What is longer is none of ours; it stands among the headers."""
    return None if header is None or len(header) > PLACE_BYTES else header.decode("utf-8", "replace")
