"""What a supplier's codes about one line come to (X12 587 and 668), or why they cannot be applied.

Different codes on one line merge. A part that is not named follows from the line's quantity where the codes leave no
doubt; where they do, the answer is ambiguous and held.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec import structs

from app.domain.codes import AckState
from app.domain.orders.documents import AckDocument, Ordered, Status

ACCEPT = frozenset({"IA", "AA", "AC", "AR", "SP", "IE"})
CHANGE = frozenset({"IC", "IP", "IQ", "DR", "IS"})
BACKORDER = frozenset({"IB", "BP"})
HOLD = frozenset({"IH", "IF", "IW"})
REJECT = frozenset({"ID", "IR", *(f"R{number}" for number in range(1, 10))})
KNOWN = ACCEPT | CHANGE | BACKORDER | HOLD | REJECT
HEADER_ACCEPTS = frozenset({"AD", "AK", "AT"})
HEADER_REJECTS = frozenset({"RD", "RF", "RJ", "RN", "RO", "RV"})
HEADER_HOLDS = "AH"
EXCEPTIONS_ONLY = "AE"
HEADERS = ((HEADER_ACCEPTS, ACCEPT), (HEADER_REJECTS, REJECT), ({HEADER_HOLDS}, HOLD))  # what lines may say beside
NOT_TAKEN_IN = HEADER_REJECTS | {"R", "M", "W", "X"}  # besides X12 587 the 997's own codes (X12 715, 717)
SHIP_DATES = frozenset({"010", "011", "068", "079", "118"})  # X12 374: when it leaves, not when it comes


class Answer(NamedTuple):
    """One line's answer, in the line's unit."""

    state: AckState
    accepted: int = 0
    backordered: int = 0
    rejected: int = 0
    substituted: int = 0
    promised: int | None = None
    unit_price: int | None = None
    held: int = 0
    departs: bool = False  # `promised` is a day of departure


class Ambiguous(NamedTuple):
    """Why an answer is held."""

    why: str


class Parts(NamedTuple):
    """The line's quantity as the codes split it; `held` waits for the supplier."""

    accepted: int
    backordered: int
    rejected: int
    held: int


NO_ANSWER = Answer(AckState.NONE)
ACCEPTED = AckState.ACCEPTED

# What one clear answer says of a line: the worst of its parts. The first row that holds wins.
ANSWER: tuple[tuple[str, Callable[[Parts, set[str]], bool], AckState], ...] = (
    ("a part is held", lambda parts, codes: bool(parts.held or codes & HOLD), AckState.HELD),
    (
        "a part comes later, the rest now",
        lambda parts, codes: bool(parts.backordered and parts.accepted),
        AckState.PART_BACKORDERED,
    ),
    ("all that is not refused comes later", lambda parts, codes: bool(parts.backordered), AckState.BACKORDERED),
    ("a part is refused", lambda parts, codes: bool(parts.rejected and parts.accepted), AckState.CHANGED),
    ("nothing is accepted", lambda parts, codes: bool(parts.rejected or codes <= REJECT), AckState.REJECTED),
    ("another quantity, price, day or item", lambda parts, codes: bool(codes & CHANGE), AckState.CHANGED),
    ("nothing else", lambda parts, codes: True, AckState.ACCEPTED),
)


def answer_all(ack_type: str | None, line: Ordered) -> Answer | Ambiguous:
    """What an acknowledgement without lines says of a line."""
    if ack_type in HEADER_ACCEPTS:
        return Answer(AckState.ACCEPTED, accepted=line.quantity)
    if ack_type in HEADER_REJECTS:
        return Answer(AckState.REJECTED, rejected=line.quantity)
    if ack_type == HEADER_HOLDS:
        return Answer(AckState.HELD)
    return Ambiguous(f"{ack_type or 'no code'} without lines says nothing of any line")


def answer(groups: Sequence[Sequence[Status]], line: Ordered, bp_accepts: bool) -> Answer | Ambiguous:
    """What the codes about one line say; one group for each time the document names the line."""
    if len(groups) == 1 and len(groups[0]) == 1:  # the usual case: the line's one code for all of it
        only = groups[0][0]
        if only.code in ACCEPT and only.quantity in (None, line.quantity) and only.uom in (None, line.uom):
            departs = only.date_qualifier in SHIP_DATES
            return Answer(ACCEPTED, line.quantity, promised=only.date, unit_price=only.unit_price, departs=departs)
    try:
        statuses = _merge(groups, line)
        parts = _split({status.code: status.quantity for status in statuses}, line.quantity, bp_accepts)
    except _Doubt as doubt:
        return Ambiguous(str(doubt))
    return _answered(parts, statuses, [status for group in groups for status in group])


def refuses(ack: AckDocument) -> bool:
    """Whether an acknowledgement says no to all that it speaks of."""
    codes = {status.code for line in ack.lines for status in line.statuses}
    return codes <= REJECT if codes else ack.ack_type in HEADER_REJECTS


def disagrees(ack: AckDocument) -> bool:
    """Whether the header says one thing (X12 587) and the lines, which decide, another (X12 668)."""
    codes = {status.code for line in ack.lines for status in line.statuses}
    said = next((meant for types, meant in HEADERS if ack.ack_type in types), None)
    return bool(codes) and said is not None and not codes <= said


def refuses_transmission(ack: AckDocument) -> bool:
    """Whether a technical acknowledgement says that the order was not taken in."""
    return ack.ack_type in NOT_TAKEN_IN


class _Doubt(Exception):
    """The codes leave room for two readings."""


def _merge(groups: Sequence[Sequence[Status]], line: Ordered) -> list[Status]:
    """One status a code: a line that is named again adds to its quantities. Raises _Doubt."""
    merged: dict[str, Status] = {}
    for group in groups:
        codes = [status.code for status in group]
        if not codes:
            raise _Doubt("no code")
        if len(set(codes)) < len(codes):
            raise _Doubt("the same code twice")
        for status in group:
            _check(status, line)
            merged[status.code] = _add(merged.get(status.code), status)
    for status in merged.values():
        if status.code != "IQ" and (status.quantity or 0) > line.quantity:
            raise _Doubt(f"{status.code} names more than the line's quantity")
    return list(merged.values())


def _check(status: Status, line: Ordered) -> None:
    if status.code not in KNOWN:
        raise _Doubt(f"code {status.code} is not known")
    if status.code in ("IQ", "BP") and status.quantity is None:
        raise _Doubt(f"{status.code} without a quantity")
    if status.code == "IP" and (status.unit_price is None or status.unit_price < 0):
        raise _Doubt("IP without a price")
    if status.code == "IC" and not _changes(status, line):
        raise _Doubt("IC without a changed value")
    if status.quantity is not None and status.uom not in (None, line.uom):
        raise _Doubt(f"{status.code} counts in {status.uom}, the order in {line.uom}")


def _changes(status: Status, line: Ordered) -> bool:
    """Whether any value that a status names differs from the line's."""
    pairs = (
        (status.quantity, line.quantity),
        (status.unit_price, line.unit_price),
        (status.date, line.need_by),
        (status.item_id, line.item_id),
        (status.supplier_item, line.supplier_item),
    )
    return any(said is not None and said != ordered for said, ordered in pairs)


def _add(before: Status | None, status: Status) -> Status:
    if before is None:
        return status
    if before.quantity is None or status.quantity is None:
        raise _Doubt(f"{status.code} on a repeated line without quantities")
    return structs.replace(status, quantity=before.quantity + status.quantity)


def _split(said: dict[str, int | None], ordered: int, bp_accepts: bool) -> Parts:
    """Quantities by kind; at most one kind may leave its own open and takes the rest. Raises _Doubt."""
    if "BP" in said and "IA" in said:
        raise _Doubt("BP and IA both name the accepted part")
    if "BP" in said and "IB" not in said:
        said = _complete_partial(said, ordered, bp_accepts)
    elif "BP" in said:
        said = {("IA" if code == "BP" else code): quantity for code, quantity in said.items()}
    if said.keys() == {"IB"}:
        return _backorder(said["IB"], ordered)
    kinds = {
        "accepted": _kind(said, ACCEPT | CHANGE, ordered),
        "backordered": _kind(said, BACKORDER, ordered),
        "rejected": _kind(said, REJECT, ordered),
        "held": _kind(said, HOLD, ordered),
    }
    return _add_up(kinds, ordered, "IQ" in said)


def _complete_partial(said: dict[str, int | None], ordered: int, bp_accepts: bool) -> dict[str, int | None]:
    """BP alone: one part is named, the other is the rest."""
    named = said["BP"] or 0
    accepted = named if bp_accepts else ordered - named
    others = {code: quantity for code, quantity in said.items() if code != "BP"}
    return {**others, "IA": accepted, "IB": ordered - accepted}


def _backorder(quantity: int | None, ordered: int) -> Parts:
    backordered = ordered if quantity is None else quantity
    return Parts(ordered - backordered, backordered, 0, 0)


def _kind(said: dict[str, int | None], codes: frozenset[str], ordered: int) -> int | None:
    """The quantity of one kind: -1 where no code of it came, None where it is left open."""
    named = [quantity for code, quantity in said.items() if code in codes]
    if not named:
        return -1
    known = [quantity for quantity in named if quantity is not None]
    if not known:
        return None
    alike = len(set(known)) == 1
    total = sum(known)
    others = sum(quantity or 0 for code, quantity in said.items() if code not in codes)
    same_goods = alike and (total + others > ordered or "IQ" in said)  # as IA 10 and DR 10 of a line of 10
    return known[0] if same_goods else total


def _add_up(kinds: dict[str, int | None], ordered: int, changed_quantity: bool) -> Parts:
    open_kinds = [name for name, quantity in kinds.items() if quantity is None]
    if len(open_kinds) > 1:
        raise _Doubt("two parts without quantities")
    parts = {name: max(quantity or 0, 0) for name, quantity in kinds.items()}
    total = sum(parts.values())
    if open_kinds:
        parts[open_kinds[0]] = ordered - total
    alone = total == parts["accepted"] and not open_kinds
    if total > ordered and not (changed_quantity and alone):
        raise _Doubt("its parts are more than the line's quantity")
    if total < ordered and not open_kinds and not (changed_quantity and alone):
        raise _Doubt("its parts leave a rest unexplained")
    return Parts(**parts)


def _answered(parts: Parts, merged: Sequence[Status], said: Sequence[Status]) -> Answer:
    """Quantities as they merged; of days and prices, which do not add up, the last and the highest that was said."""
    codes = {status.code for status in merged}
    substitute = next((status for status in merged if status.code == "IS"), None)
    substituted = 0
    if substitute is not None:
        substituted = parts.accepted if substitute.quantity is None else min(substitute.quantity, parts.accepted)
    promised, departs = _promised(said)
    return Answer(
        _state(parts, codes),
        parts.accepted,
        parts.backordered,
        parts.rejected,
        substituted,
        promised,
        max((status.unit_price for status in said if status.unit_price is not None), default=None),
        parts.held,
        departs,
    )


def _state(parts: Parts, codes: set[str]) -> AckState:
    for _, holds, state in ANSWER:
        if holds(parts, codes):
            return state
    raise AssertionError("the last row always holds")


def _promised(statuses: Sequence[Status]) -> tuple[int | None, bool]:
    """The last day on which goods are said to come; a day of departure (true) where no other is named."""
    dates = [(status.date, status.date_qualifier in SHIP_DATES) for status in statuses if status.date is not None]
    arrivals = [date for date, leaves in dates if not leaves]
    return max(arrivals or [date for date, _ in dates], default=None), bool(dates) and not arrivals
