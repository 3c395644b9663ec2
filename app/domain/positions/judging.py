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


def judge(position: Position, log: Log[Entry, Annex], now: int, policy: Policy) -> Judgement:
    """Hold the position against its rules; `now` is in ms."""
    if not position.memory.conditions and _sound(position):
        return Judgement([], None)
    return judge_by(POSITIONS, position, subject(position), position.memory, position.version, now, policy)


def _sound(position: Position) -> bool:
    """Whether no rule can find anything: most events end here."""
    odd = position.waiting or position.conflicts or position.implausible or position.parked
    if odd or len(position.streams) > 1:
        return False
    gapless = all(len(ranges) == 2 and ranges[0] == 1 for ranges in position.sources.values())
    return gapless and all(quantity >= 0 for stream in position.streams for quantity in stream.lots.values())
