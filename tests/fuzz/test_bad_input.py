"""Damaged records amid good ones: each ends whole in the dead letters or as a lawful record, and the good ones never
notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from app.contracts.decode import read
from app.domain.outputs import DeadLetter
from app.domain.policy import Policy
from app.flow import Lane
from app.store.partition import Partition
from app.store.table import Table
from app.topics import TOPICS
from tables import POSITIONS, PURCHASE_ORDERS
from tests.fuzz.damage import DAMAGES, SURE, Damage, headers_beside
from tests.fuzz.feeds import MINUTE, START, documents, movements
from tests.support.contracts import DECODER, ENCODER, SCHEMAS
from tests.support.memory import Broker, Delivered

SEED = 20_260_105
DAMAGED = 11_000  # of each table
GOOD, KEYS = 600, 25
TURN = 100  # damaged records in one turn
DAY = 1_440 * MINUTE

Feed = Callable[[Random, int, int, str], list[Delivered]]


class Turn(NamedTuple):
    """Good and damaged records of one turn, and the wall clock it has."""

    now: int
    good: list[Delivered]
    damaged: list[tuple[Delivered, Damage]]

    def mixed(self) -> list[Delivered]:
        """Damaged records before, between and behind the good ones, whose order stays."""
        chance = Random(self.now)
        places = [*range(len(self.good))] + [chance.uniform(-1, len(self.good)) for _ in self.damaged]
        records = [*self.good, *(record for record, _ in self.damaged)]
        return [record for _, record in sorted(zip(places, records, strict=True), key=lambda pair: pair[0])]


def turns(feed: Feed) -> list[Turn]:
    chance = Random(SEED)
    good = feed(chance, GOOD, KEYS, "GOOD")
    victims = feed(chance, 2_000, 300, "BAD")
    damaged = [_damaged(chance, number, victims, good) for number in range(DAMAGED)]
    count = DAMAGED // TURN
    share = -(-GOOD // count)
    return [
        Turn(
            START + share * (at + 1) * MINUTE,
            good[at * share : (at + 1) * share],
            damaged[at * TURN : (at + 1) * TURN],
        )
        for at in range(count)
    ]


def _damaged(
    chance: Random, number: int, victims: Sequence[Delivered], good: list[Delivered]
) -> tuple[Delivered, Damage]:
    damage = DAMAGES[number % len(DAMAGES)]
    victim = chance.choice(victims)
    same_topic = [record for record in good if record.topic == victim.topic]
    record = headers_beside(chance, damage(chance, victim, same_topic))
    return record._replace(offset=number, partition=number % 7, timestamp=START + number), damage


async def follow(table: Table, turns: Sequence[tuple[int, Sequence[Delivered]]]) -> tuple[Lane, Broker, list[Any]]:
    """The lane after all turns and after all deadlines, what it wrote, and the tally of each turn."""
    broker = Broker()
    lane = Lane(Partition(table), DECODER, ENCODER, SCHEMAS, Policy(), broker, broker)
    tallies = [await lane.turn(records, now) for now, records in turns]
    tallies += [await lane.advance([], [], turns[-1][0] + days * DAY) for days in (1, 30, 500)]
    return lane, broker, tallies


def letters_of(broker: Broker) -> list[DeadLetter]:
    values = [message.value for message in broker.published if message.topic == "dead-letters"]
    return [read(TOPICS["dead-letters"], value, SCHEMAS) for value in values]


def annex_of(partition: Partition, key: bytes) -> dict[bytes, bytes]:
    return {row_key: page for row_key, page in partition.annexes.items() if row_key.startswith(key + b"\x00")}


def state_of(lane: Lane, broker: Broker, keys: set[bytes]) -> dict[bytes, Any]:
    """Head but for its turn's number, state, entries, and everything said of each key."""
    partition = lane.partition
    said = {key: [m for m in broker.published if m.key == key and m.topic != "dead-letters"] for key in keys}
    logs = {key: partition.read(key) for key in keys}
    return {
        key: (replace(log.head, n=0), log.state, log.tail, annex_of(partition, key), said[key])
        for key, log in logs.items()
    }


@pytest.mark.parametrize(
    ("table", "feed"), [(POSITIONS, movements), (PURCHASE_ORDERS, documents)], ids=["positions", "purchase-orders"]
)
async def test_every_damaged_record_is_kept_whole_or_lawful_and_the_good_ones_never_notice(
    table: Table, feed: Feed
) -> None:
    plan = turns(feed)
    keys = {record.key or b"" for turn in plan for record in turn.good}
    alone, quiet, _ = await follow(table, [(turn.now, turn.good) for turn in plan])
    mixed, broker, tallies = await follow(table, [(turn.now, turn.mixed()) for turn in plan])

    assert letters_of(quiet) == []
    assert len(keys) == KEYS
    assert state_of(mixed, broker, keys) == state_of(alone, quiet, keys)

    damaged = [pair for turn in plan for pair in turn.damaged]
    letters = {letter.offset: letter for letter in letters_of(broker)}
    assert len(damaged) == DAMAGED
    assert len(letters) == len(letters_of(broker))
    assert DAMAGED // 2 < len(letters) < DAMAGED - 500  # most is refused, and a good part is lawful all the same
    assert sum(sum(tally.records.values()) for tally in tallies) == DAMAGED + GOOD
    assert [error for tally in tallies for error in tally.unjudged] == []
    for record, damage in damaged:
        letter = letters.get(record.offset)
        if letter is None:
            assert damage not in SURE
            DECODER.decode(record.topic, record.key, record.value)  # what passed is lawful
        else:
            assert_whole(letter, record)


def assert_whole(letter: DeadLetter, record: Delivered) -> None:
    assert (letter.topic, letter.partition, letter.timestamp) == (record.topic, record.partition, record.timestamp)
    assert (letter.key, letter.value) == (record.key, record.value)
    assert tuple((header.name, header.value) for header in letter.headers) == record.headers
    assert letter.error_class in ("DECODE", "CONTRACT", "BUSINESS"), letter.reason
    assert letter.reason


@pytest.mark.parametrize("feed", [movements, documents])
def test_the_same_seed_makes_the_same_damage(feed: Feed) -> None:
    first, second = (partial(turns, feed)() for _ in range(2))
    assert first == second
