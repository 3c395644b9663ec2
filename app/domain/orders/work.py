"""One document applied, one order judged: pure but for the state and log that they bring up to date."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import compress
from typing import Any

from app.domain import sequences
from app.domain.codes import Life
from app.domain.entry import held
from app.domain.facts import Fact
from app.domain.log import Log
from app.domain.orders.case import case_of
from app.domain.orders.changes import changes, publication
from app.domain.orders.citing import tell_missing
from app.domain.orders.contributing import contribute
from app.domain.orders.derive import CLOSED, derive, life
from app.domain.orders.documents import ReceiptDocument, ShipmentDocument
from app.domain.orders.dossier import Dossier, dossier_of
from app.domain.orders.enter import enter
from app.domain.orders.entry import Entry
from app.domain.orders.picture import Picture
from app.domain.orders.sighting import sight
from app.domain.orders.state import Derived, Order
from app.domain.orders.view import render
from app.domain.outcome import Mark, Outcome
from app.domain.outputs import Output
from app.domain.policy import Policy
from app.domain.rules.judge import Judgement, Subject
from app.domain.rules.judge import judge as judge_rules
from app.domain.rules.orders import ORDERS, asked
from app.domain.rules.orders_units import unequal

MARKS = (Mark.DUPLICATE, Mark.CONFLICT, Mark.LATE, Mark.HELD, Mark.SUPERSEDED)
GOODS = (ShipmentDocument, ReceiptDocument)  # change nothing that an order shows to tables that compare


def apply(order: Order, fact: Fact, log: Log[Entry, Any], now: int, policy: Policy) -> Outcome:
    """Take in one document; publishes the order where it changed what follows from its documents."""
    entry, dossier = enter(fact), dossier_of(order, log, policy)
    # the same record again, written down no earlier, is nothing new
    copies = [other for other in dossier.entries if other.content == entry.content]
    if any(other.identity == entry.identity and other.record_time <= entry.record_time for other in copies):
        return Outcome(False, (), (Mark.DUPLICATE,))
    newest = max((other.event_time for other in dossier.entries), default=entry.event_time)
    log.append(entry)
    dossier.add(entry)
    order.version += 1
    if entry.source_seq is not None:
        sequences.add(order.sources.setdefault(entry.source_system, []), entry.source_seq)
    outputs = _publish(order, derive(dossier.picture, now, policy), now, (entry.event_id,))
    late = entry.event_time < newest - policy.late_after
    return Outcome(True, outputs, _marks(entry, dossier.picture, bool(copies), late, policy))


def _marks(entry: Entry, picture: Picture, again: bool, late: bool, policy: Policy) -> tuple[Mark, ...]:
    standing = picture.standing
    rivals = (*standing.conflicts.values(), *standing.doubles.values())
    stands = entry.cancels or entry in standing.documents[-1:] or entry in standing.documents
    is_held = held(entry, policy)
    conflicts = any(entry in same for same in rivals)
    return tuple(compress(MARKS, (again, conflicts, late, is_held, not (stands or again or is_held))))


def _tell(order: Order, dossier: Dossier, now: int, policy: Policy) -> list[Output]:
    """What other tables are to hear of the documents that they have not heard of."""
    untold, picture, facility_id = dossier.untold, dossier.picture, order.shared.facility_id
    if not untold:
        return []
    dossier.untold = []
    told: list[Output] = [*contribute(order, picture, now, policy)]
    # no order and no bill can stand or fall by goods that take nothing back and share no id or number
    if picture.standing.names is None or not all(_only_moves(entry, facility_id) for entry in untold):
        told += sight(order, picture, now)
    return told


def _only_moves(entry: Entry, facility_id: str | None) -> bool:
    """Whether a document moves goods, and nothing but that: not even the order to another facility."""
    return isinstance(entry.document, GOODS) and entry.facility_id in (None, facility_id)


def judge(order: Order, log: Log[Entry, Any], now: int, policy: Policy) -> Judgement:
    """What is wrong with the order at a time (ms), and what time alone has changed."""
    dossier = dossier_of(order, log, policy)
    picture = dossier.picture
    outputs = _tell(order, dossier, now, policy)
    life_now = life(picture, now, policy)
    due = picture.answer_due(policy)
    outputs += _catch_up(order, picture, life_now, now, policy)
    order.packed = _packed(picture, policy) if life_now in CLOSED else ()
    outputs += tell_missing(order, picture, life_now, now, policy)
    case = case_of(order, picture, life_now)
    rules = ORDERS if order.memory.conditions else asked(case.matters(policy))
    verdict = judge_rules(rules, case, _subject(order, picture), order.memory, order.version, now, policy)
    over = picture.newest + policy.closed_order_retention
    done = life_now in CLOSED and not order.memory.conditions
    deadlines = [
        verdict.deadline,
        due if due is not None and now < due else None,
        over if done else None,
    ]
    deadline = min((time for time in deadlines if time is not None), default=None)
    return Judgement([*outputs, *verdict.outputs], deadline, expired=done and over <= now)


def view(order: Order, log: Log[Entry, Any], now: int, policy: Policy) -> dict[str, Any]:
    """The order as its readers see it; nothing in it depends on the order of arrival."""
    picture = dossier_of(order, log, policy).picture
    return render(order, derive(picture, now, policy), _subject(order, picture))


def _publish(order: Order, derived: Derived, now: int, caused_by: tuple[str, ...]) -> tuple[Output, ...]:
    if order.po_number is None or derived == order.published:
        return ()
    changed = changes(order.published, derived)
    order.published = derived
    return (publication(order.po_number, derived, changed, order.version, now, caused_by),)


def _catch_up(order: Order, picture: Picture, life_now: Life, now: int, policy: Policy) -> list[Output]:
    """Publish, as a new version, what changed without a document: a cancel's answer ran out, or a master its packs."""
    known = order.published
    if known is None or (known.life is life_now and not picture.packs.asked):
        return []
    cancel = picture.cancel
    causes = picture.packs.told_by if cancel is None or known.life is life_now else (cancel.event_id,)
    order.version += 1
    outputs = [
        *_publish(order, derive(picture, now, policy), now, causes),
        *contribute(order, picture, now, policy),
        *sight(order, picture, now),
    ]
    if not outputs:
        order.version -= 1
    return outputs


def _packed(picture: Picture, policy: Policy) -> tuple[str, ...]:
    """By what masters are asked for the packs that its counters rest on, or that could explain them."""
    packs = picture.packs
    uneven = [tally.wanted.terms for tally in picture.tallies.values() if any(unequal(tally, policy))]
    return tuple(sorted(set(packs.asked).union(*map(packs.names_of, uneven))))


def _subject(order: Order, picture: Picture) -> Subject:
    return Subject(
        entity_type="purchase-order",
        entity_id=order.key,
        facility_id=picture.facility_id,
        partner_id=picture.supplier_id,
        po_number=order.po_number,
    )


def masters(key: str, order: Callable[[], Order]) -> Collection[str]:
    """The supplier, the items and the place while something may be wrong; else whose packs its counters rest on."""
    state = order()
    known, named = state.published, {name for _, name in state.named}
    if known is None:
        return {key, *named, *state.packed}  # never empty: what it names is not known before any master is
    if known.life in CLOSED and not state.memory.conditions:
        return state.packed
    ids = {line.item_id for line in known.lines} | {known.supplier_id}
    return named.union(state.packed, (name for name in ids if name is not None))
