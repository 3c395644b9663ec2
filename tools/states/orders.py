"""The machines of an order: which documents lead from which state to which."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain.codes import AckState, Fulfilment, Invoicing, Life, Purpose
from app.domain.orders.derive import derive, life
from app.domain.orders.fold import fold
from app.domain.orders.picture import Picture
from app.domain.orders.state import Derived
from app.domain.policy import Policy
from tools.states.papers import PRICE, Paper, bills, order, receives, says, ships, takes_back, written
from tools.states.walk import Machine, Word

POLICY = Policy()
ORDER = order(1, 10)
MORE, LESS = order(2, 20, Purpose.CHANGE), order(3, 5, Purpose.CHANGE)
CANCEL, CONFIRMATION = order(9, 10, Purpose.CANCEL), order(9, 10, Purpose.CONFIRM)
Letters = Mapping[str, tuple[Paper | int, int]]  # what it is, and how often a word may have it


def _machine(
    states: type[Life | AckState | Fulfilment | Invoicing],
    letters: Letters,
    longest: int,
    read: Callable[[Picture, int], str],
    begin: Word = (),
) -> Machine:
    papers = {letter: paper for letter, (paper, _) in letters.items()}

    def state(word: Word) -> str:
        entries, now = written(word, papers)
        return read(fold(entries, POLICY), now)

    names = [state.value for state in states if state.value != "UNKNOWN"]
    return Machine(names, {letter: times for letter, (_, times) in letters.items()}, longest, state, begin)


def _derived(picture: Picture, now: int) -> Derived:
    return derive(picture, now, POLICY)


LIFE = _machine(
    Life,
    {
        "order": (ORDER, 1),
        "change to more": (MORE, 1),
        "acknowledgement": (says("IA"), 1),
        "ship notice": (ships(10), 1),
        "receipt": (receives(10), 1),
        "invoice": (bills(10), 1),
        "credit": (bills(10, credit=True), 1),
        "cancel": (CANCEL, 2),
        "answer to the cancel": (says("IA", change_response=True), 1),
        "a day without an answer": (POLICY.cancel_answer_grace, 1),
        "confirmation": (CONFIRMATION, 1),
    },
    5,
    lambda picture, now: life(picture, now, POLICY).value,
)
ANSWER = _machine(
    AckState,
    {
        "order": (ORDER, 1),
        "change": (MORE, 1),
        "IA: accepted": (says("IA"), 1),
        "DR: another day": (says("DR"), 1),
        "BP: a part now, the rest later": (says("BP", 5), 1),
        "IB: all later": (says("IB"), 1),
        "IH: held": (says("IH"), 1),
        "IR: refused": (says("IR"), 1),
        "ship notice of a half": (ships(5), 2),
    },
    4,
    lambda picture, now: _derived(picture, now).ack.value,
    ("order",),
)
FULFILMENT = _machine(
    Fulfilment,
    {
        "order": (ORDER, 1),
        "change to more": (MORE, 1),
        "change to less": (LESS, 1),
        "ship notice of a half": (ships(5), 2),
        "ship notice taken back": (takes_back("ship notice of a half 1", ships(5)), 1),
        "receipt of a half": (receives(5), 3),
        "receipt taken back": (takes_back("receipt of a half 1", receives(5)), 1),
        "cancel": (CANCEL, 1),
        "confirmation": (CONFIRMATION, 1),
    },
    5,
    lambda picture, now: _derived(picture, now).fulfilment.value,
    ("order",),
)
INVOICING = _machine(
    Invoicing,
    {
        "order": (ORDER, 1),
        "change to more": (MORE, 1),
        "change to less": (LESS, 1),
        "receipt of a half": (receives(5), 2),
        "return of a half": (receives(5, returns=True), 1),
        "invoice of a half": (bills(5), 3),
        "invoice at twice the price": (bills(5, 2 * PRICE), 1),
        "credit of a half": (bills(5, credit=True), 2),
        "cancel": (CANCEL, 1),
    },
    5,
    lambda picture, now: _derived(picture, now).invoicing.value,
    ("order",),
)
