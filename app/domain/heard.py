"""Which records of other tables count already: one that tells of a change is heard once, however often it comes.

Their sums may forget what made them once nothing that tells of it can come again.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from app.domain.log import Log
from app.domain.policy import DAY

KNOWN_FOR = 60 * DAY  # longer than internal topics keep what could be read again


class Heard(Struct, frozen=True, array_like=True):
    """A record that counts: who told it, of what, its state_version there and when it was made (ms)."""

    event_id: str
    source_system: str
    source_seq: int
    event_time: int
    supersedes: str | None = None


def hear_once(log: Log[Heard, Any], speaker: str, subject: str, version: int, at: int) -> bool:
    """Whether a record is news, which is then kept. A speaker that is forgotten begins with low versions again."""
    news = Heard(speaker, subject, version, at)
    if news in log.mentioning(speaker, at):
        return False
    log.append(news)
    return True


def swept(log: Log[Heard, Any], before: int, at: int) -> int:
    """Let go, once a day of records, of what is too old; how far (ms) that was done: `before`, or further."""
    if at - KNOWN_FOR <= before + DAY:
        return before
    log.forget(at - KNOWN_FOR)
    return at - KNOWN_FOR
