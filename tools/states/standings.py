"""Whether one document counts, as others come that share its id or its content, or take it back, in any order."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from app.domain.codes import Purpose
from app.domain.orders.entry import Entry
from app.domain.orders.standing import Standing, standing
from app.domain.policy import HOUR, Policy
from tools.states.papers import BEGIN, ships
from tools.states.walk import Machine, Word

ID = "A"
THE_ONE = ships(10)(ID, BEGIN)


def _other(event_id: str, hours: int, **changes: object) -> Entry:
    changed = msgspec.structs.replace(THE_ONE, event_id=event_id, record_time=BEGIN + hours * HOUR, **changes)
    return changed if "content" in changes else msgspec.structs.replace(changed, content=event_id.encode())


LETTERS = {
    "it comes": THE_ONE,
    "its copy, written down earlier under another id": _other("B", -1, content=THE_ONE.content),
    "another under its id, written down earlier": _other(ID, -2, content=b"earlier"),
    "another under its id, written down later": _other(ID, 2, content=b"later"),
    "REPLACE of it": _other("R", 3, supersedes=ID, purpose=Purpose.REPLACE),
    "CANCEL of it": _other("C", 4, supersedes=ID, purpose=Purpose.CANCEL),
    "CANCEL of its replacement": _other("D", 5, supersedes="R", purpose=Purpose.CANCEL),
}
# What became of it: the first row that holds wins.
FATES: tuple[tuple[str, Callable[[Standing, bool], bool], str], ...] = (
    ("it has not come", lambda of, came: not came, "not here"),
    ("it is among the documents that are added up", lambda of, came: THE_ONE in of.documents, "counts"),
    ("a rival under its id has the lower rank", lambda of, came: _loses(of), "outranked"),
    ("its content counts under another id", lambda of, came: _sent_twice(of), "sent twice"),
    ("a REPLACE or CANCEL took it, or a copy of it, back", lambda of, came: True, "taken back"),
)


def _loses(of: Standing) -> bool:
    return any(THE_ONE in rivals[1:] for rivals in of.conflicts.values())


def _sent_twice(of: Standing) -> bool:
    return any(entry.content == THE_ONE.content for entry in of.documents)


def _read(word: Word) -> str:
    entries = [LETTERS[letter] for letter in word]
    of, came = standing(entries, Policy()), THE_ONE in entries
    return next(state for _, holds, state in FATES if holds(of, came))


STANDING = Machine([state for *_, state in FATES], dict.fromkeys(LETTERS, 1), 4, _read)
