"""What a key with a past keeps of it while it is in memory, so that not every event reads it again."""

from __future__ import annotations

from app.store.layout import Times
from app.store.reaches import Reaches

MARK = 0xFFFF  # of an id's hash


class Lived:
    """How far its segments reach, and a mark of the id of each entry in its tail.

    Tails are longest where a key has a past, and every event looks for its id there. To look through marks takes a
    tenth of the time that it takes to look through bytes, which is done where entries have no marks.
    """

    __slots__ = ("marks", "reaches", "unmarked")

    def __init__(self, unmarked: int) -> None:
        self.reaches: Reaches | None = None  # of the segments that were asked for by their time
        self.marks, self.unmarked = "", unmarked  # bytes at the beginning of the tail whose entries have no marks

    def mark(self, event_id: str, supersedes: str | None, tail: bytes) -> None:
        """One more entry ends the tail; one that speaks of two ids has no mark, nor have those before it any more."""
        if supersedes is None:
            self.marks += chr(hash(event_id) & MARK)
        else:
            self.marks, self.unmarked = "", len(tail)

    def sealed(self, segment: bytes, times: Times, size: int, left: int) -> None:
        """A segment takes so many bytes from the beginning of the tail; so many entries stay."""
        if self.reaches is not None:
            self.reaches.add(segment, times)
        self.unmarked = max(self.unmarked - size, 0)
        self.marks = self.marks[-left:]

    def mentions(self, event_id: str, tail: bytes) -> bool:
        """Whether an entry of the tail may carry or supersede an id; errs on the side of yes."""
        if chr(hash(event_id) & MARK) in self.marks:
            return True
        return self.unmarked > 0 and tail.find(event_id.encode(), 0, self.unmarked) >= 0
