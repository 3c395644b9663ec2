"""From the picture and a time to what is published: life as a table, header dimensions from the lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from app.domain.codes import AckState, Fulfilment, Invoicing, Life
from app.domain.orders.lines import Tally
from app.domain.orders.picture import Picture
from app.domain.orders.state import Derived, Line
from app.domain.orders.tolerances import tolerated
from app.domain.policy import Policy

UNANSWERED, UNMOVED, UNBILLED = AckState.NONE, Fulfilment.NONE, Invoicing.NONE
CLOSED = frozenset({Life.COMPLETED, Life.CANCELLED, Life.CLOSED_SHORT})
ACK_WORST_LAST = (
    AckState.ACCEPTED,
    AckState.CHANGED,
    AckState.NONE,
    AckState.PART_BACKORDERED,
    AckState.BACKORDERED,
    AckState.HELD,
    AckState.REJECTED,
)
_ACK = {state: rank for rank, state in enumerate(ACK_WORST_LAST)}
_FULFILMENT = {state: rank for rank, state in enumerate(Fulfilment)}
INVOICING_WORST_FIRST = (Invoicing.BLOCKED, Invoicing.OVER, Invoicing.NONE, Invoicing.PART, Invoicing.FULL)
_INVOICING = {state: rank for rank, state in enumerate(INVOICING_WORST_FIRST)}


class Standpoint(Struct, frozen=True):
    """What life depends on."""

    seen: bool
    complete: bool  # nothing was cancelled, and no goods or invoices are expected
    cancelled: bool  # as a whole, or line by line
    awaits_answer: bool
    moved: bool  # something left the supplier before the cancel
    revived: bool


LIFE: tuple[tuple[str, Callable[[Standpoint], bool], Life], ...] = (
    ("nobody has sent the order", lambda at: not at.seen, Life.STUB),
    ("nothing was cancelled, nothing is expected", lambda at: at.complete, Life.COMPLETED),
    ("cancelled, may be answered yet", lambda at: at.cancelled and at.awaits_answer, Life.CANCEL_PENDING),
    ("cancelled, and something had left before", lambda at: at.cancelled and at.moved, Life.CLOSED_SHORT),
    ("cancelled", lambda at: at.cancelled, Life.CANCELLED),
    ("cancelled once, and taken up again", lambda at: at.revived, Life.REACTIVATED),
    ("otherwise", lambda at: True, Life.OPEN),
)


def life(picture: Picture, now: int, policy: Policy) -> Life:
    """Where the order stands as a whole at a time (ms)."""
    if picture.life_at is None or picture.life_at[0] != now:
        picture.life_at = now, _life(_standpoint(picture, now, policy))
    return picture.life_at[1]


def _life(at: Standpoint) -> Life:
    for _, holds, state in LIFE:
        if holds(at):
            return state
    raise AssertionError("the last row always holds")


def _standpoint(picture: Picture, now: int, policy: Policy) -> Standpoint:
    tallies = picture.tallies.values()
    cancelled = picture.cancel is not None
    over = bool(tallies) and all(tally.arrived(policy) and tally.billed() for tally in tallies)
    kept = cancelled and any(tally.cancelled for tally in tallies)
    due = picture.answer_due(policy)
    return Standpoint(
        seen=picture.order is not None,
        complete=over and not kept,
        cancelled=cancelled,
        awaits_answer=due is not None and now < due,
        moved=cancelled and any(tally.before_shipped or tally.before_received for tally in tallies),
        revived=picture.cancelling.revived is not None,
    )


def derive(picture: Picture, now: int, policy: Policy) -> Derived:
    """What is true of the order at a time (ms)."""
    pairs = [(tally, tally.told or _line(tally, picture, policy)) for tally in picture.by_number]
    still = _open(pairs)
    return Derived(
        life(picture, now, policy),
        max({line.ack for line in still}, key=_ACK.__getitem__, default=UNANSWERED),
        min({line.fulfilment for line in still}, key=_FULFILMENT.__getitem__, default=UNMOVED),
        min({line.invoicing for line in still}, key=_INVOICING.__getitem__, default=UNBILLED),
        picture.supplier_id,
        picture.facility_id,
        tuple(line for _, line in pairs),
    )


def _line(tally: Tally, picture: Picture, policy: Policy) -> Line:
    """Only lines that a document bears on are worked out again."""
    account, accepted = picture.account(tally, policy), tolerated(tally, policy)
    blocked, smoothed = (False, 0) if account is None else (account.held, account.smoothed(policy))
    tally.told = tally.line(blocked, smoothed, accepted)
    return tally.told


def _open(pairs: Sequence[tuple[Tally, Line]]) -> list[Line]:
    """The lines that the header looks at: those with something left to come, else those not cancelled, else all."""
    wanted = [(tally, line) for tally, line in pairs if line.ordered > line.cancelled] or pairs
    return [line for tally, line in wanted if not tally.final] or [line for _, line in wanted]
