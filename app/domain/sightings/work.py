"""One sighting taken in, one block judged: of each document the highest version holds, whatever comes again."""

from __future__ import annotations

from typing import Any

from app.domain.internal import Sighting, joined
from app.domain.log import Log
from app.domain.outcome import Mark, Outcome
from app.domain.policy import Policy
from app.domain.rules.judge import Judgement, Subject, open_alerts
from app.domain.rules.judge import judge as judge_rules
from app.domain.rules.sightings import SIGHTINGS
from app.domain.sightings.state import Seen, Sight

FOR_EVER = frozenset({"supplier"})  # kinds that stand until they are taken back


def apply(sight: Sight, told: Sighting, log: Log[Any, Any], now: int, policy: Policy) -> Outcome:
    """Take in one sighting."""
    place = joined(told.entity, told.document)
    forgotten = told.record_time - policy.closed_order_retention
    kept = {where: seen for where, seen in sight.seen.items() if _kept(sight, seen, forgotten)}
    known = kept.get(place)
    # a number that is used again begins with low versions
    if known is not None and (known.heard, known.version) >= (told.record_time, told.state_version):
        return Outcome(False, (), (Mark.DUPLICATE,))
    sight.seen = kept | {place: _seen(told)}
    sight.version += 1
    return Outcome(True)


def _kept(sight: Sight, seen: Seen, forgotten: int) -> bool:
    return seen.heard >= forgotten or (seen.stands and sight.kind in FOR_EVER)


def _seen(told: Sighting) -> Seen:
    return Seen(
        told.state_version,
        told.record_time,
        told.entity,
        told.document,
        told.stands,
        told.at,
        told.name,
        told.source_system,
        told.supplier_id,
        told.facility_id,
        told.buyer_id,
        told.day,
        told.amount,
        told.keys,
        told.share,
    )


def judge(sight: Sight, log: Log[Any, Any], now: int, policy: Policy) -> Judgement:
    """Whether those who have the block in common should not; a block is forgotten once nobody showed it for long."""
    verdict = judge_rules(SIGHTINGS, sight, _subject(sight), sight.memory, sight.version, now, policy)
    over = max((seen.heard for seen in sight.seen.values()), default=0) + policy.closed_order_retention
    done = not sight.memory.conditions and not (sight.kind in FOR_EVER and sight.standing)
    deadlines = [verdict.deadline, over if done else None]
    deadline = min((time for time in deadlines if time is not None), default=None)
    return Judgement(verdict.outputs, deadline, expired=done and over <= now)


def view(sight: Sight, log: Log[Any, Any], now: int, policy: Policy) -> dict[str, Any]:
    """Who stands with the block, the first one first."""
    return {
        "key": sight.key,
        "seen": [{"entity": seen.entity, "document": seen.document, "name": seen.name} for seen in sight.standing],
        "open_alerts": open_alerts(sight.memory, _subject(sight)),
    }


def _subject(sight: Sight) -> Subject:
    """Its findings say of whom they are; where they are of too many to say, it is the block itself."""
    return Subject(entity_type=sight.kind, entity_id=sight.key)
