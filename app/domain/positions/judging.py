"""What is wrong with a position at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection

from app.domain.log import Log
from app.domain.policy import Policy
from app.domain.positions.entry import Entry
from app.domain.positions.state import Annex, Odd, Position
from app.domain.positions.view import subject
from app.domain.rules.judge import Judgement
from app.domain.rules.judge import judge as judge_by
from app.domain.rules.positions import POSITIONS

QUIET = Judgement((), None)
NOTHING_ODD = Odd()


def judge(position: Position, log: Log[Entry, Annex], now: int, policy: Policy) -> Judgement:
    """Hold the position against its rules; `now` is in ms."""
    if position.odd is None and _sound(position):
        return QUIET
    memory = position.oddities.memory
    judgement = judge_by(POSITIONS, position, subject(position), memory, position.version, now, policy)
    if position.odd == NOTHING_ODD:
        position.odd = None
    return judgement


def _sound(position: Position) -> bool:
    """Whether no rule can find anything where nothing is odd: most events end here."""
    for ranges in position.sources.values():
        if len(ranges) > 2 or ranges[0] != 1:
            return False
    streams = position.streams
    if len(streams) == 1:
        lots = streams[0].lots
        return not lots or min(lots.values()) >= 0
    return len(position.units) < 2 and all(min(stream.lots.values(), default=0) >= 0 for stream in streams)


def masters(key: str, position: Callable[[], Position]) -> Collection[str]:
    """The item and the location."""
    item, _, location = key.partition("@")
    return item, location
