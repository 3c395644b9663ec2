"""What a key names that no master speaks of: told to the table of masters, and taken back when that is over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from app.domain.golden import Masters
from app.domain.internal import Citation

Named = tuple[str, str]  # kind and id
LONGEST = 512  # bytes of an id that a master can have


class Citing(Protocol):
    """A position or an order; `cited` is what it told to be without a master."""

    key: str
    version: int
    cited: tuple[Named, ...]


def cite(state: Citing, speaker: str, names: Iterable[Named], masters: Masters, now: int) -> list[Citation]:
    """What to tell of the names that have no master now, which makes a version of its own; what is gone first.

    `speaker` is what kind of thing the state is: a position and an order may have one key.
    """
    before, lacking = state.cited, {name for name in names if masters.lack(*name) and _sayable(name[1])}
    after = tuple(sorted(lacking))
    if before == after:
        return []
    state.cited = after
    state.version += 1
    changes = [(name, False) for name in before if name not in lacking]
    changes += [(name, True) for name in sorted(lacking.difference(before))]
    entity = f"{speaker} {state.key}"
    return [
        Citation(record_time=now, state_version=state.version, id=name, kind=kind, entity=entity, stands=stands)
        for (kind, name), stands in changes
    ]


def _sayable(name: str) -> bool:
    """Whether an id can be a key; of what cannot there is no master, and no row to tell of it."""
    return bool(name) and name.isprintable() and len(name.encode()) <= LONGEST
