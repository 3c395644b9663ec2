"""Every cell of domain base section 3, in whatever order its documents arrive."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from random import Random

import pytest

from app.domain.facts import Fact
from tables.purchase_orders import PURCHASE_ORDERS
from tests.stories.orders.cells import COLUMNS, EVENTS, STATES, THEN, WAITS
from tests.stories.orders.outcomes import OUTCOMES
from tests.support.documents import DAY, HOUR, PO, START
from tests.support.following import Following

AFTER_ALL_WAITS = 30 * DAY
ARRIVALS = 120  # at most of one cell; all there are of five documents
CELLS = [(event, state) for event, states in OUTCOMES.items() for state in states]


def arrivals(documents: Sequence[Fact]) -> list[tuple[Fact, ...]]:
    """Every order in which documents may arrive, as they were written down first; of very many a sample."""
    every = list(permutations(documents))
    return every if len(every) <= ARRIVALS else [every[0], *Random(1).sample(every, ARRIVALS - 1)]


def test_every_event_has_a_cell_in_every_state() -> None:
    assert OUTCOMES.keys() == EVENTS.keys()
    for states in OUTCOMES.values():
        assert COLUMNS.keys() <= states.keys() <= STATES.keys()


@pytest.mark.parametrize(("event", "state"), CELLS)
def test_a_cell_ends_as_its_documents_say_however_they_arrive(event: str, state: str) -> None:
    first = None
    for documents in arrivals([*STATES[state], *EVENTS[event]]):
        view = Following.told(PURCHASE_ORDERS, PO, documents, AFTER_ALL_WAITS).view(PO)
        codes = [alert["code"] for alert in view["open_alerts"]]
        shown = [view["life"], view["ack"], view["fulfilment"], view["invoicing"], *codes]
        assert " ".join(shown) == OUTCOMES[event][state]
        first = first or view
        assert view == first


@pytest.mark.parametrize(("event", "state"), WAITS)
def test_what_may_heal_is_held_until_its_wait_is_over(event: str, state: str) -> None:
    code, wait = WAITS[event, state]
    following = Following.told(PURCHASE_ORDERS, PO, [*STATES[state], *EVENTS[event]])
    following.wait_until(START + THEN + wait - 1)
    assert code not in following.open_codes(PO)
    following.wait_until(START + THEN + wait)
    assert code in following.open_codes(PO)


def test_a_cancel_waits_a_day_for_its_answer() -> None:
    following = Following.told(PURCHASE_ORDERS, PO, STATES["cancel pending"], DAY - HOUR)
    assert following.view(PO)["life"] == "CANCEL_PENDING"
