"""Die anywhere, be taken over, replay with other neighbours: the story told is the same, and no part of it is lost."""

from __future__ import annotations

import random
from typing import Any

import pytest

from app.flow import Lane
from tables.positions import POSITIONS
from tests.support.lives import open_alerts, read, stated_alerts
from tests.support.memory import SCHEMAS, Broker, Delivered, Died, delivered, taken_over
from tests.support.movements import DAY, HOUR, MINUTE, START, folded, moved

KEYS = ["GLOVES-M@MAIN", "MASK@MAIN", "STENT@LAB"]


def stories(seed: int) -> tuple[list[Delivered], dict[str, list[Any]]]:
    """Random movements of a few keys, gaps and shortages among them, with repeats; and the facts of each key."""
    draw = random.Random(seed)
    facts: dict[str, list[Any]] = {key: [] for key in KEYS}
    records = []
    for n in range(120):
        key = draw.choice(KEYS)
        item, _, location = key.partition("@")
        at = draw.randint(0, 300) * MINUTE
        fact = moved(
            f"{key}-{n}",
            draw.choice(["RECEIPT", "ISSUE", "ISSUE", "COUNT_SET", "CONSUME"]),
            draw.randint(0, 9),
            at,
            recorded=at + draw.choice([0, HOUR]),
            source_seq=len(facts[key]) + 1 + (len(facts[key]) > 20),
            purpose="CANCEL" if n % 11 == 10 else "ORIGINAL",
            supersedes=f"{key}-{n - 5}" if n % 11 == 10 else None,
        )
        fact = type(fact)(
            **{**{f: getattr(fact, f) for f in fact.__struct_fields__}, "item_id": item, "location_id": location}
        )
        facts[key].append(fact)
        records.append(delivered("inventory-events", key, fact, n))
    records += draw.sample(records, k=20)
    return records, facts


async def lived(records: list[Delivered], seed: int, deaths: int) -> tuple[Broker, Lane]:
    """Feed records in chunks; die at random steps, be taken over, read what was not acknowledged again."""
    draw, broker = random.Random(seed), Broker()
    lane, at, clock = await taken_over(POSITIONS, broker), 0, START
    while at < len(records):
        size = draw.randint(1, 15)
        broker.dies_at = draw.randint(0, 25) if deaths > 0 and draw.random() < 0.7 else None
        clock += draw.randint(0, 20) * MINUTE
        try:
            await lane.turn(records[at : at + size], clock)
            at += size
            broker.dies_at = None
        except Died:
            deaths, broker.dies_at = deaths - 1, None
            lane = await taken_over(POSITIONS, broker)
    await lane.turn([], START + 10 * DAY)
    return broker, lane


@pytest.mark.parametrize("seed", range(40))
async def test_sums_and_alerts_survive_any_number_of_deaths(seed: int) -> None:
    records, facts = stories(seed)
    broker, lane = await lived(records, seed, deaths=12)
    for key in KEYS:
        ledger = {
            e["entry_id"]: e for e in read(broker, "inventory-corrected") if f"{e['item_id']}@{e['location_id']}" == key
        }
        for time in (START + HOUR, START + 3 * HOUR, START + 10 * HOUR):
            total = sum(e["delta"] for e in ledger.values() if e["effective_time"] <= time)
            assert total == sum(folded(facts[key], time).values())
    assert open_alerts(broker) == stated_alerts(lane)


@pytest.mark.parametrize("seed", range(10))
async def test_a_repeat_is_the_same_bytes_under_the_same_id(seed: int) -> None:
    records, _ = stories(seed)
    broker, _ = await lived(records, seed, deaths=12)
    entries = [e["entry_id"] for e in read(broker, "inventory-corrected")]  # distinct messages
    assert len(entries) == len(set(entries))


async def test_a_clean_life_says_nothing_twice() -> None:
    records, _ = stories(1)
    broker, _ = await lived(records, 1, deaths=0)
    assert len({m.value for m in broker.published}) == len(broker.published)


async def test_what_was_not_said_before_death_is_said_by_the_next_owner() -> None:
    broker = Broker()
    lane = await taken_over(POSITIONS, broker)
    broker.dies_at = 1  # the changelog is written, no output is out
    with pytest.raises(Died):
        await lane.turn([delivered("inventory-events", KEYS[0], moved("a", quantity=3))], START)
    assert broker.published == []
    broker.dies_at = None
    await taken_over(POSITIONS, broker)
    assert [e["delta"] for e in read(broker, "inventory-corrected")] == [30_000]
    assert SCHEMAS.ids()["inventory-corrected"]


async def test_the_state_taken_over_is_the_state_that_was_held() -> None:
    records, _ = stories(3)
    broker, lane = await lived(records, 3, deaths=0)
    other = await taken_over(POSITIONS, broker)
    assert other.partition.heads == lane.partition.heads
    assert other.partition.tails == {k: t for k, t in lane.partition.tails.items() if t}
    assert other.partition.history == lane.partition.history
