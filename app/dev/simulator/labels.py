"""What a fault must bring about: the words by which a backtest is scored."""

from __future__ import annotations

from msgspec import Struct

NONE = "none"  # benign: nothing may come of it
DEAD_LETTER = "dead-letter"

SHORTAGES = ("LOT_NEGATIVE", "NEGATIVE_STOCK")


class Label(Struct, omit_defaults=True):
    """One injected fault and its one certain consequence; `may` names codes that count neither way on this key.

    `evidence` None: any alert of the code on the key will do. `open_at_end` None: healed or not is all the same.
    `offset` is the line of the file, counted from 0, for dead letters.
    """

    fault: str
    code: str
    key: str
    evidence: str | None = None
    event_ids: tuple[str, ...] = ()
    open_at_end: bool | None = None
    may: tuple[str, ...] = ()
    offset: int | None = None
