"""What tables tell each other survives deaths on both sides: nothing is lost, and nothing counts twice."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.topics import INTERNAL_NAMES
from tables import MASTERS, POSITIONS, PURCHASE_ORDERS, SIGHTINGS, SUPPLIERS
from tests.flow.test_replays import ITEMS, ORDERS, of_orders, of_positions
from tests.properties.test_orders import histories
from tests.properties.test_positions import histories as movements
from tests.support import documents
from tests.support.documents import DAY, MINUTE
from tests.support.lives import Life, views
from tests.support.masters import item, knowing, location, supplier
from tests.support.memory import Broker, Delivered

HEARING = {"order-contributions": SUPPLIERS, "sightings": SIGHTINGS, "citations": MASTERS}
STRANGERS = knowing(item(item_id="I"), supplier(supplier_id="S"), location(location_id="L"))  # masters of nothing named


def told(broker: Broker) -> dict[str, list[Delivered]]:
    """What stands in the internal topics, repeats included, as the other tables read it."""
    topics: dict[str, list[Delivered]] = defaultdict(list)
    for message in broker.published:
        if message.topic in INTERNAL_NAMES:
            records = topics[message.topic]
            records.append(Delivered(message.topic, message.key, message.value, len(records)))
    return topics


async def heard(topic: str, broker: Broker, draw: random.Random, start: int, deaths: int) -> Any:
    """The views of the table that hears a topic, once all is heard."""
    records = told(broker)[topic]
    lane = await Life(HEARING[topic], Broker(), draw, start, MINUTE).lived({topic: records}, deaths)
    await lane.turn([], start + 60 * DAY)
    return views(lane)


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ORDERS, histories())), st.integers(0, 1 << 32))
async def test_the_hearing_tables_are_the_same_whoever_died(documents_of: Any, seed: int) -> None:
    draw, start = random.Random(seed), documents.START + 5 * DAY
    named = {po: [replace(f, event_id=f"{po}-{f.event_id}") for f in facts] for po, facts in documents_of.items()}
    topics = of_orders(named, draw)
    dying, straight = Broker(), Broker()
    await Life(PURCHASE_ORDERS, dying, draw, start, MINUTE, STRANGERS).lived(topics, deaths=8)
    await Life(PURCHASE_ORDERS, straight, draw, start, MINUTE, STRANGERS).lived(topics, deaths=0)
    for topic in HEARING:
        assert await heard(topic, dying, draw, start, deaths=6) == await heard(topic, straight, draw, start, deaths=0)


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ITEMS, movements())), st.integers(0, 1 << 32))
async def test_what_positions_miss_is_the_same_whoever_died(movements_of: Any, seed: int) -> None:
    draw, start = random.Random(seed), documents.START + 5 * DAY
    topics = of_positions(movements_of, draw)
    dying, straight = Broker(), Broker()
    await Life(POSITIONS, dying, draw, start, MINUTE, STRANGERS).lived(topics, deaths=8)
    await Life(POSITIONS, straight, draw, start, MINUTE, STRANGERS).lived(topics, deaths=0)
    one = await heard("citations", dying, draw, start, deaths=6)
    assert one == await heard("citations", straight, draw, start, deaths=0)
