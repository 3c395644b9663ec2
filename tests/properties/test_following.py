"""A document added to the picture of those before it makes the picture that all of them make."""

from __future__ import annotations

from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.domain.facts import Fact
from app.domain.orders.dossier import Dossier
from app.domain.orders.enter import enter
from app.domain.orders.entry import Entry
from app.domain.orders.fold import fold, follow
from app.domain.orders.lines import Tally
from app.domain.orders.packs import Packs
from app.domain.orders.picture import Picture
from app.domain.policy import Policy
from tests.properties.test_orders import histories, movements, order_lines
from tests.support.documents import DAY, HOUR, acked, line, ordered, received, shipped, status

POLICY = Policy()


def spelled(part: Any) -> Any:
    """Everything that a picture holds, to be compared; what is worked out when asked for is asked for."""
    if isinstance(part, Picture):
        accounts = {number: part.account(tally, POLICY) for number, tally in part.tallies.items()}
        return [spelled(accounts), {name: spelled(value) for name, value in vars(part).items() if name != "_names"}]
    if isinstance(part, Packs):
        return part.asked
    if isinstance(part, Tally):
        return [spelled(getattr(part, name)) for name in Tally.__slots__]
    if isinstance(part, dict):
        return {key: spelled(value) for key, value in part.items()}
    return [spelled(one) for one in part] if isinstance(part, list) else part


@st.composite
def usual(draw: st.DrawFn) -> list[Fact]:
    """An order, and goods and bills in the order of time."""
    kinds = draw(st.lists(st.sampled_from(["ship", "receive", "bill", "bill"]), max_size=8))
    moved = (movements(kind, f"e{n}", {"at": n * HOUR}) for n, kind in enumerate(kinds, 1))
    return [ordered("o1", *draw(order_lines())), *map(draw, moved)]


@settings(max_examples=400, deadline=None)
@given(st.one_of(histories(), usual()))
def test_a_picture_that_grew_is_the_picture_of_all_documents(history: list[Fact]) -> None:
    dossier, entries, grew = Dossier([], POLICY), list[Entry](), 0
    for entry in map(enter, history):
        before = dossier.picture
        dossier.add(entry)
        entries.append(entry)
        assert spelled(dossier.picture) == spelled(fold(entries, POLICY))
        grew += dossier.picture is before
    event(f"grew {grew} times")


def grows(*facts: Fact) -> bool:
    """Whether the last document is a step from the picture of those before."""
    *entries, entry = map(enter, facts)
    return follow(fold(entries, POLICY), entry, POLICY)


def test_the_usual_document_is_a_step() -> None:
    order = ordered("o1", line("10", 5))
    assert grows(order, acked("a1", at=HOUR, codes={"10": [status("IA")]}))
    assert grows(order, shipped("s1", goods={"10": 5}, at=HOUR), received("r1", goods={"10": 5}, at=DAY))


def test_what_bears_on_documents_before_it_is_another_fold() -> None:
    order, ship = ordered("o1", line("10", 5)), shipped("s1", goods={"10": 5}, at=DAY)
    assert not grows(order, ship, received("r1", goods={"10": 5}, at=HOUR))  # late
    assert not grows(order, ship, shipped("s1", goods={"10": 4}, at=2 * DAY))  # a rival
    assert not grows(order, ship, shipped("s2", goods={"10": 4}, at=2 * DAY, purpose="REPLACE", supersedes="s1"))
    assert not grows(order, ordered("o2", line("10", 6), at=DAY, version=2, purpose="CHANGE"))
    assert not grows(order, ship, received("r1", goods={"10": 5}, at=400 * DAY, recorded=DAY))  # held
