"""Papers of orders that no business writes: nothing crashes, and each is told by name or is a dead letter."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from app.contracts.decode import read
from app.domain.outputs import Alert
from app.domain.policy import Policy
from app.flow import Lane
from app.store.partition import Partition
from app.topics import TOPICS
from tables import PURCHASE_ORDERS
from tests.fuzz.feeds import START
from tests.fuzz.oddities import ODDITIES, PAPERS, REFUSED, Oddity, papers
from tests.fuzz.test_bad_input import DAY, letters_of
from tests.support.contracts import DECODER, ENCODER, RECORDS, SCHEMAS, encoded
from tests.support.memory import Broker, Delivered

ORDERS_EACH = 8
MIXED = 600
NOW = START + DAY // 4

Turns = list[list[Delivered]]


class Told:
    """What was said of each order: codes that stood open at some time, and refused papers."""

    def __init__(self) -> None:
        self.codes: dict[str, set[str]] = {}
        self.letters: dict[str, list[str]] = {}

    def of(self, number: str) -> set[str]:
        return self.codes.get(number, set()) | ({REFUSED} if number in self.letters else set())


def odd(chance: Random, number: str, *oddities: Oddity) -> Turns:
    """The papers of an order, some of them odd: order and answer in either order, then all others in any."""
    values = papers(number)
    for oddity in oddities:
        oddity.twist(chance, values[oddity.paper])
    records = {p: Delivered(RECORDS[p].name, number.encode(), encoded(p, values[p])) for p in PAPERS}
    words, goods = PAPERS[:2], PAPERS[2:]
    return [[records[p] for p in chance.sample(some, len(some))] for some in (words, goods)]


async def follow(orders: Iterable[Turns]) -> Told:
    """All papers, then all waits. Nothing may be unjudged, and no dead letter may say that the code is at fault."""
    broker, told = Broker(), Told()
    lane = Lane(Partition(PURCHASE_ORDERS), DECODER, ENCODER, SCHEMAS, Policy(), broker, broker)
    turns = [[record for part in parts for record in part] for parts in zip(*orders, strict=True)]
    tallies = []
    for hours, records in enumerate(turns, 1):  # answers are told before the goods make them moot
        tallies += [await lane.turn(records, NOW), await lane.advance([], [], NOW + hours * DAY // 24)]
    tallies += [await lane.advance([], [], NOW + days * DAY) for days in (1, 2, 8, 40)]
    assert [error for tally in tallies for error in tally.unjudged] == []
    for letter in letters_of(broker):
        assert letter.error_class == "CONTRACT", letter.reason
        told.letters.setdefault((letter.key or b"").decode(), []).append(letter.reason)
    for message in broker.published:
        if message.topic == "alerts":
            alert: Alert = read(TOPICS["alerts"], message.value, SCHEMAS)
            told.codes.setdefault(alert.entity_id, set()).add(alert.code)
    return told


async def test_sound_papers_are_taken_in_without_a_word() -> None:
    told = await follow(odd(Random(number), number) for number in "ABC")
    assert [told.of(number) for number in "ABC"] == [set(), set(), set()]


@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda o: f"{o.paper}-{o.told}")
async def test_an_odd_paper_is_told_by_name_or_refused(oddity: Oddity) -> None:
    chance = Random(repr(ODDITIES.index(oddity)))
    numbers = [f"PO-{n}" for n in range(ORDERS_EACH)]
    told = await follow([odd(chance, number, oddity) for number in numbers])
    for number in numbers:
        wanted = set(oddity.told.split(" ")) if oddity.told != REFUSED else {REFUSED}
        assert told.of(number) & wanted, told.of(number)


async def test_papers_that_are_odd_in_several_ways_are_told_all_the_same() -> None:
    chance = Random(20_260_105)
    numbers = [f"PO-{n}" for n in range(MIXED)]
    told = await follow([odd(chance, number, *chance.sample(ODDITIES, chance.randint(2, 5))) for number in numbers])
    assert [number for number in numbers if not told.of(number)] == []
