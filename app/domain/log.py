"""What the state of a key may ask of its past: entries are written once and never change.

Recent entries live beside the head; older ones are sealed into segments and read only when asked for. The annex is
one record of rarely needed state, apart from the head because heads are rewritten by every change; its pages are what
of that grows with a long life (older counts), each read and written alone.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

E = TypeVar("E")
A = TypeVar("A")


class Log(Protocol[E, A]):
    """The accepted records of one key."""

    def append(self, entry: E) -> None:
        """Keep one more entry."""

    def recent(self) -> Sequence[E]:
        """The entries not yet sealed, in order of arrival."""

    def every(self) -> Iterable[E]:
        """All entries kept, in order of arrival: reads the history."""

    def between(self, first: int, last: int | None) -> Iterable[E]:
        """All entries kept of these event_times (ms), both included; None: of the first one and all after it."""

    def mentions(self, event_id: str, event_time: int) -> bool:
        """Whether `mentioning` may find any: a quick look that errs on the side of yes."""

    def mentioning(self, event_id: str, event_time: int | None = None) -> list[E]:
        """Entries that carry or supersede this id; with a time only the recent ones and segments that cover it."""

    def numbered(self, source_system: str, source_seq: int) -> list[E]:
        """Entries with this source's number."""

    def forget(self, before: int) -> Iterable[E]:
        """Let go of whole segments whose newest event_time (ms) is before this; the entries in them."""

    @property
    def forgotten(self) -> int | None:
        """The newest event_time (ms) that was let go; None while everything is kept."""

    def annex(self) -> A | None:
        """The annex as last put."""

    def put_annex(self, annex: A) -> None:
        """Replace the annex."""

    def page(self, number: int) -> bytes | None:
        """A page of the annex, of 1 or more, as last put."""

    def put_page(self, number: int, page: bytes | None) -> None:
        """Replace a page; None lets it go."""
