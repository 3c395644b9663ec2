"""One record of a master applied, one id judged: pure but for the state that they bring up to date.

A tombstone carries no version: it removes what came before it in its topic, and its topic's order is all there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.domain.codes import Purpose, Role
from app.domain.entry import CONTENT_BYTES
from app.domain.facts import Fact, ItemMaster, LocationMaster, Removed, SupplierMaster
from app.domain.golden import TOPICS, GoldenItem, GoldenLocation, GoldenRecord, GoldenSupplier
from app.domain.heard import Heard, swept
from app.domain.internal import Citation, Sighting
from app.domain.log import Log
from app.domain.masters.citers import hear
from app.domain.masters.corrections import correct, counts
from app.domain.masters.state import Copy, Master, Sheet, Slot
from app.domain.masters.validity import arrange, next_change, packings, settle, take
from app.domain.outcome import NOTHING, Mark, Outcome
from app.domain.outputs import Output
from app.domain.policy import Policy
from app.domain.rules.judge import Judgement, Subject
from app.domain.rules.judge import judge as judge_rules
from app.domain.rules.masters import MASTERS, Case
from app.domain.showing import show
from app.domain.supplier_sighting import alike, supplier_shown

AnySlot = Slot[Any]
DERIVED = frozenset({"retired_from"})  # what no record says
_KINDS = {ItemMaster: "item", SupplierMaster: "supplier", LocationMaster: "location"}
_OF_TOPIC = {topic: kind for kind, topic in TOPICS.items()}
_GOLDEN: dict[type[Fact], Any] = {
    ItemMaster: GoldenItem,
    SupplierMaster: GoldenSupplier,
    LocationMaster: GoldenLocation,
}


def apply(master: Master, fact: Fact | Citation, log: Log[Heard, Any], now: int, policy: Policy) -> Outcome:
    """Take in one record, or who misses one."""
    if isinstance(fact, Citation):
        outcome = hear(getattr(master, fact.kind), fact, log)
        master.version += outcome.changed
        master.swept = swept(log, master.swept, fact.record_time)
        return outcome
    return _follow(master, fact, now)


def _follow(master: Master, fact: Fact, now: int) -> Outcome:
    """Publishes the golden record where what counts under the id changed."""
    kind = _OF_TOPIC[fact.topic] if isinstance(fact, Removed) else _KINDS[type(fact)]
    slot: AnySlot = getattr(master, kind)
    before, sheet = _says(master, now), slot.sheet
    outcome = _remove(slot) if isinstance(fact, Removed) else _take(slot, fact, now)
    if not outcome.changed:
        return outcome
    settle(slot, now)
    slot.told = True
    master.version += 1
    said = () if _says(master, now) == before else (_publication(master, now),)
    sighted = _sight(master, now) if kind == "supplier" and slot.sheet != sheet else []
    return Outcome(True, (*said, *sighted), outcome.marks)


def _sight(master: Master, now: int) -> list[Sighting]:
    """By what the record that counts now may be another supplier's; nothing where none counts."""
    sheet = master.supplier.sheet
    facts = {} if sheet is None or sheet.alike is None else supplier_shown(sheet.alike)
    master.shown, told = show(master.shown, facts, master.key, master.version, now)
    return told


def _remove(slot: AnySlot) -> Outcome:
    if not slot.known and not slot.copies and slot.told:
        return NOTHING
    slot.copies, slot.corrections = {}, {}
    arrange(slot, ())
    return Outcome(True)


def _take(slot: AnySlot, fact: Any, now: int) -> Outcome:
    if fact.role is Role.COPY:
        return _take_copy(slot, fact)
    corrected = correct(slot, fact)
    taken = take(slot, _sheet(fact), now) if counts(slot, fact) else Outcome(False, (), (Mark.SUPERSEDED,))
    return Outcome(True, (), taken.marks) if corrected else taken


def _sheet(fact: Any) -> Sheet[Any]:
    content = fact.content[:CONTENT_BYTES]
    golden = None if fact.purpose is Purpose.CANCEL else _golden(fact)
    valid_from = fact.valid_from if isinstance(fact, ItemMaster) else 0
    shown = alike(fact) if isinstance(golden, GoldenSupplier) else None
    return Sheet(fact.version, fact.record_time, content, fact.event_id, golden, valid_from, fact.source_system, shown)


def _take_copy(slot: AnySlot, fact: Any) -> Outcome:
    copy = Copy(
        fact.version,
        fact.record_time,
        fact.content[:CONTENT_BYTES],
        fact.event_id,
        fact.purpose is Purpose.CANCEL,
    )
    held = slot.copies.get(fact.source_system)
    if held is not None and copy.rank <= held.rank:
        return Outcome(False, (), (Mark.DUPLICATE if copy.content == held.content else Mark.SUPERSEDED,))
    slot.copies[fact.source_system] = copy
    return Outcome(True)


def _golden(fact: Any) -> Any:
    kind = _GOLDEN[type(fact)]
    return kind(**{name: getattr(fact, name) for name in kind.__struct_fields__ if name not in DERIVED})


def _says(master: Master, now: int) -> dict[str, Any]:
    """What its golden record says at a time (ms)."""
    return {
        "told": tuple(TOPICS[kind] for kind, slot in master.slots if slot.told),
        "packings": packings(master.item, now),
        **{kind: slot.golden for kind, slot in master.slots},
    }


def _publication(master: Master, now: int) -> GoldenRecord:
    return GoldenRecord(id=master.key, state_version=master.version, record_time=now, **_says(master, now))


def judge(master: Master, log: Log[Heard, Any], now: int, policy: Policy) -> Judgement:
    """What is wrong with the masters under an id at a time (ms), and what time alone has changed."""
    outputs: list[Output] = [*_pass_time(master, now)]
    again = [next_change(slot, now) for _, slot in master.slots]
    verdicts = [
        judge_rules(
            MASTERS, Case(kind, master.key, slot), subject(kind, master), slot.memory, master.version, now, policy
        )
        for kind, slot in master.slots
        if slot.sheet is not None or slot.memory.conditions or slot.citing
    ]
    deadlines = [verdict.deadline for verdict in verdicts] + again
    deadline = min((time for time in deadlines if time is not None), default=None)
    return Judgement([*outputs, *(output for verdict in verdicts for output in verdict.outputs)], deadline)


def _pass_time(master: Master, now: int) -> Iterator[GoldenRecord]:
    """Publish, as a new version, what counts where another version is valid now."""
    before = [slot.golden for _, slot in master.slots]
    for _, slot in master.slots:
        settle(slot, now)
    if before != [slot.golden for _, slot in master.slots]:
        master.version += 1
        yield _publication(master, now)


def subject(kind: str, master: Master) -> Subject:
    """Whom the alerts of one kind of master are about."""
    location = master.location.golden
    return Subject(
        entity_type=kind,
        entity_id=master.key,
        facility_id=location.facility_id if kind == "location" and location is not None else None,
        partner_id=master.key if kind == "supplier" else None,
        item_id=master.key if kind == "item" else None,
        location_id=master.key if kind == "location" else None,
    )
