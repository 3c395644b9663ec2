"""What is wrong with a position at a time."""

from __future__ import annotations

from app.domain.log import Log
from app.domain.policy import Policy
from app.domain.positions.entry import Entry
from app.domain.positions.state import Annex, Position
from app.domain.positions.view import subject
from app.domain.rules.judge import Judgement
from app.domain.rules.judge import judge as judge_by
from app.domain.rules.positions import POSITIONS

QUIET = Judgement((), None)


def judge(position: Position, log: Log[Entry, Annex], now: int, policy: Policy) -> Judgement:
    """Hold the position against its rules; `now` is in ms."""
    if not position.memory.conditions and _sound(position):
        return QUIET
    return judge_by(POSITIONS, position, subject(position), position.memory, position.version, now, policy)


def _sound(position: Position) -> bool:
    """Whether no rule can find anything: most events end here."""
    if position.waiting or position.conflicts or position.implausible or position.parked:
        return False
    for ranges in position.sources.values():
        if len(ranges) > 2 or ranges[0] != 1:
            return False
    lots = position.streams[0].lots if len(position.streams) == 1 else {"": -1}
    return not lots or min(lots.values()) >= 0
