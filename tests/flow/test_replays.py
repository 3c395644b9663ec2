"""What is read again comes with other neighbours, in other chunks and other turns of the topics: one truth."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.codes import StockStatus
from app.domain.policy import Policy
from app.flow import Lane
from app.store.table import Table
from app.topics import TOPICS
from tables import POSITIONS, PURCHASE_ORDERS
from tests.properties.test_orders import histories as order_histories
from tests.properties.test_positions import histories as position_histories
from tests.support import documents
from tests.support.lives import Life, Witness, open_alerts, read, stated_alerts, views
from tests.support.memory import Broker, Delivered, Died, delivered, taken_over
from tests.support.movements import DAY, HOUR, KEY, MINUTE, START, Balances, folded, moved

TOPIC_OF = {TOPICS[name].record: name for name in PURCHASE_ORDERS.topics}
STEPS = 10_000  # more than any story here has
Turns = list[tuple[list[Delivered], int]]  # records, and the time (ms)
ITEMS = ("GLOVES", "MASK")
ORDERS = ("PO-1", "PO-2")


def of_positions(histories: dict[str, list[Any]], draw: random.Random) -> dict[str, list[Delivered]]:
    """Movements of several items in one topic, some of them twice."""
    facts = [(f"{item}@MAIN", replace(f, item_id=item, location_id="MAIN")) for item, h in histories.items() for f in h]
    draw.shuffle(facts)
    facts += draw.sample(facts, k=len(facts) // 3)
    return {"inventory-events": [delivered("inventory-events", key, f, n) for n, (key, f) in enumerate(facts)]}


def of_orders(histories: dict[str, list[Any]], draw: random.Random) -> dict[str, list[Delivered]]:
    """Documents of several orders, each kind in its own topic, some of them twice."""
    topics: dict[str, list[Delivered]] = defaultdict(list)
    facts = [(po, replace(fact, po_number=po)) for po, history in histories.items() for fact in history]
    draw.shuffle(facts)
    for po, fact in facts + draw.sample(facts, k=len(facts) // 3):
        topic = TOPIC_OF[type(fact)]
        topics[topic].append(delivered(topic, po, fact, len(topics[topic])))
    return topics


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ITEMS, position_histories())), st.integers(0, 1 << 32))
async def test_positions_replayed_otherwise_are_the_same_positions(histories: Any, seed: int) -> None:
    draw, dying = random.Random(seed), Broker()
    topics = of_positions(histories, draw)
    lane = await Life(POSITIONS, dying, draw, START + DAY, MINUTE).lived(topics, deaths=8)
    plain = await Life(POSITIONS, Broker(), draw, START + DAY, MINUTE).lived(topics, deaths=0)
    for end in (lane, plain):
        await end.turn([], START + 20 * DAY)
    assert views(lane) == views(plain)
    assert open_alerts(dying) == stated_alerts(lane)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ORDERS, order_histories())), st.integers(0, 1 << 32))
async def test_orders_of_several_topics_replayed_otherwise_are_the_same_orders(histories: Any, seed: int) -> None:
    draw, dying, straight = random.Random(seed), Broker(), Broker()
    topics = of_orders(histories, draw)
    start = documents.START + 5 * DAY
    lane = await Life(PURCHASE_ORDERS, dying, draw, start, MINUTE).lived(topics, deaths=8)
    plain = await Life(PURCHASE_ORDERS, straight, draw, start, MINUTE).lived(topics, deaths=0)
    for end in (lane, plain):
        await end.turn([], documents.START + 60 * DAY)
    assert views(lane) == views(plain)
    assert open_alerts(dying) == stated_alerts(lane)
    assert last_words(dying) == last_words(straight)


def last_words(broker: Broker) -> dict[str, dict[str, Any]]:
    """What a consumer that keeps the highest version holds of each order, but for what tells of the way there."""
    held: dict[str, dict[str, Any]] = {}
    for word in read(broker, "po-corrected"):
        if word["state_version"] >= held.get(word["po_number"], word)["state_version"]:
            held[word["po_number"]] = word
    way = ("state_version", "changed", "caused_by", "published_time")
    return {po: {name: v for name, v in word.items() if name not in way} for po, word in held.items()}


class Adding:
    """A consumer that adds what it has not seen before, and nothing else."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[str, Any]] = {}

    def take(self, entry: dict[str, Any]) -> None:
        self.entries.setdefault(entry["entry_id"], entry)

    def sums(self, until: int) -> Balances:
        """The balances as of a time (ms)."""
        balances: Balances = defaultdict(int)
        for e in self.entries.values():
            if e["effective_time"] <= until:
                balances[e["uom"], StockStatus(e["stock_status"]), e["lot"] or ""] += e["delta"]
        return {slot: quantity for slot, quantity in balances.items() if quantity}


def who_adds_is_right(broker: Witness, key: str) -> None:
    """Follow what was published of a key, cause by cause: after each the sums are right as of every time."""
    consumer, facts, said = Adding(), [], iter(read(broker, "inventory-corrected"))
    of_key = (entry for entry in said if f"{entry['item_id']}@{entry['location_id']}" == key)
    for fact, entry_ids in broker.journal[key.encode()]:
        facts.append(fact)
        for entry_id in entry_ids:
            entry = next(of_key)
            assert entry["entry_id"] == entry_id
            consumer.take(entry)
        for time in {f.event_time for f in facts}:
            assert consumer.sums(time) == folded(facts, time)
    assert list(of_key) == []
    assert len(consumer.entries) == sum(len(applied.entry_ids) for applied in broker.journal[key.encode()])


@settings(max_examples=80, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ITEMS, position_histories())), st.integers(0, 1 << 32))
async def test_who_only_adds_is_right_after_the_last_entry_of_every_cause(histories: Any, seed: int) -> None:
    draw, broker = random.Random(seed), Witness()
    topics = of_positions(histories, draw)
    await Life(broker.watching(POSITIONS), broker, draw, START + DAY, MINUTE).lived(topics, deaths=8)
    for item in ITEMS:
        who_adds_is_right(broker, f"{item}@MAIN")


async def dying_at(step: int, table: Table, broker: Broker, turns: Turns, policy: Policy | None = None) -> Lane:
    """Die once, at a durable step; the next owner reads everything again, two turns at a time."""
    lane = await taken_over(table, broker, policy)
    broker.dies_at = step
    try:
        for records, now in turns:
            await lane.turn(records, now)
    except Died:
        broker.dies_at = None
        lane = await taken_over(table, broker, policy)
        for at in range(0, len(turns), 2):
            pair = turns[at : at + 2]
            await lane.turn([record for records, _ in pair for record in records], pair[-1][1])
    return lane


async def durable_steps(table: Table, turns: Turns, policy: Policy | None = None) -> int:
    """How many steps these turns have, when nobody dies."""
    broker = Broker()
    await dying_at(STEPS, table, broker, turns, policy)
    assert broker.dies_at is not None
    return STEPS - broker.dies_at


def flips() -> list[Any]:
    """One id with three contents: the second outranks the first, the third the second; a count stands after them."""
    contents = [moved("disputed", quantity=q, recorded=r * MINUTE) for q, r in ((5, 30), (7, 20), (9, 10))]
    return [moved("count", "COUNT_SET", 4, at=HOUR), *contents, moved("later", "ISSUE", 1, at=2 * HOUR)]


async def test_a_conflict_that_flips_twice_has_distinct_entries_and_right_sums_wherever_one_dies() -> None:
    turns = [([delivered("inventory-events", KEY, f, n)], START + DAY + n) for n, f in enumerate(flips())]
    for step in range(await durable_steps(POSITIONS, turns)):
        broker = Witness()
        lane = await dying_at(step, broker.watching(POSITIONS), broker, turns)
        who_adds_is_right(broker, KEY)
        deltas = [e["delta"] for e in read(broker, "inventory-corrected") if e["caused_by"] == "disputed"]
        assert len(deltas) == 8  # its own and the count's; then, twice, the loser's, the count's and its own
        assert views(lane)[KEY]["on_hand"] == "3"


HORIZON = Policy(horizon=10 * DAY)


def evicted(numbered: bool) -> Turns:
    """The second turn brings old movements and, last, what moves the horizon past them; the third lets go of them."""
    numbers = iter(range(1, 100) if numbered else [None] * 100)

    def told(name: str, at: int, movement: str = "RECEIPT", quantity: int = 1) -> Any:
        return moved(name, movement, quantity, at, source_seq=next(numbers))

    first = [told(f"a{n}", n * MINUTE) for n in range(20)]
    own = [*(told(f"b{n}", n * HOUR) for n in range(20)), told("new", 30 * DAY)]
    later = [told("newer", 33 * DAY), told("late", 2 * DAY, "ISSUE", 2)]
    turns = ([delivered("inventory-events", KEY, fact) for fact in facts] for facts in (first, own, later))
    return [(records, START + 40 * DAY + n) for n, records in enumerate(turns)]


async def settled(lane: Lane, broker: Broker) -> dict[str, Any]:
    """The position in the end; what was said is what is stated, and nothing counts twice."""
    await lane.turn([], START + 80 * DAY)
    assert open_alerts(broker) == stated_alerts(lane)
    view, consumer = views(lane)[KEY], Adding()
    for entry in read(broker, "inventory-corrected"):
        consumer.take(entry)
    assert [int(view["on_hand"]) * 10_000] == list(consumer.sums(START + 80 * DAY).values())
    return view


async def test_movements_let_go_of_in_their_own_chunk_are_known_by_their_numbers_wherever_one_dies() -> None:
    turns, straight = evicted(numbered=True), Broker()
    plain = await dying_at(STEPS, POSITIONS, straight, turns, HORIZON)
    expected = await settled(plain, straight)
    assert expected["on_hand"] == str(20 + 21 + 1 - 2)
    assert plain.partition.head(KEY.encode()).forgotten > START + 10 * HOUR
    for step in range(await durable_steps(POSITIONS, turns, HORIZON)):
        broker = Broker()
        assert await settled(await dying_at(step, POSITIONS, broker, turns, HORIZON), broker) == expected


async def test_without_numbers_what_was_let_go_of_and_comes_again_goes_to_an_operator_and_never_counts_twice() -> None:
    turns = evicted(numbered=False)
    for step in range(await durable_steps(POSITIONS, turns, HORIZON)):
        broker = Broker()
        view = await settled(await dying_at(step, POSITIONS, broker, turns, HORIZON), broker)
        assert view["on_hand"] == str(20 + 21 + 1)
        assert {alert["code"] for alert in view["open_alerts"]} == {"LATE_BEYOND_HORIZON"}
