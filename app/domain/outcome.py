"""What applying one fact to one state came to."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from app.domain.outputs import Output


class Mark(StrEnum):
    """What happened besides being applied; each is counted by a metric."""

    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    LATE = "late"
    HELD = "held"
    SUPERSEDED = "superseded"
    BEYOND_HORIZON = "beyond_horizon"


class Outcome(Struct, frozen=True):
    """`changed` says whether the state must be stored; outputs stand in publishing order."""

    changed: bool
    outputs: tuple[Output, ...] = ()
    marks: tuple[Mark, ...] = ()


NOTHING = Outcome(False)
