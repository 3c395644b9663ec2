"""What is wrong with a position at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection

from app.domain.citing import cite
from app.domain.internal import Citation
from app.domain.log import Log
from app.domain.outputs import Output
from app.domain.policy import Policy
from app.domain.positions.entry import Entry
from app.domain.positions.restating import restate
from app.domain.positions.state import Annex, Odd, Position
from app.domain.positions.view import subject
from app.domain.rules.judge import Judgement
from app.domain.rules.judge import judge as judge_by
from app.domain.rules.positions import POSITIONS

QUIET = Judgement((), None)
NOTHING_ODD = Odd()


def judge(position: Position, log: Log[Entry, Annex], now: int, policy: Policy) -> Judgement:
    """Hold the position against its rules; `now` is in ms."""
    if position.odd is None and _sound(position) and not _convertible(position, policy):
        return QUIET
    return judge_anew(position, log, now, policy)


def judge_anew(position: Position, log: Log[Entry, Annex], now: int, policy: Policy) -> Judgement:
    """The same, and restate it and tell of what has no master: of a new position, and where masters changed.

    A position where nothing stands stays odd, so that it is looked at when something stands again.
    """
    restated, more = restate(position, log, now, policy)
    told: list[Output] = [*restated, *_tell(position, now, policy)]
    if more or (position.odd is None and position.units and _sound(position)):
        return Judgement(told, now if more else None)
    memory = position.oddities.memory
    judgement = judge_by(POSITIONS, position, subject(position), memory, position.version, now, policy)
    if position.odd == NOTHING_ODD and position.units:
        position.odd = None
    return Judgement([*told, *judgement.outputs], judgement.deadline)


def _convertible(position: Position, policy: Policy) -> bool:
    """Whether a unit may have come that a master knows; of the first one it is asked with the new position."""
    return len(position.streams) > 1 and (position.conversions is not None or bool(policy.masters.items))


def _tell(position: Position, now: int, policy: Policy) -> list[Citation]:
    names = (("item", position.item_id), ("location", position.location_id)) if position.units else ()
    return cite(position, "position", names, policy.masters, now)


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
