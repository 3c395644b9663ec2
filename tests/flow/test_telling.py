"""What tables tell each other survives deaths on both sides: nothing is lost, and nothing counts twice."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.store.table import Table
from app.topics import INTERNAL_NAMES
from tables import PURCHASE_ORDERS, SIGHTINGS, SUPPLIERS
from tests.flow.test_replays import ORDERS, of_orders
from tests.properties.test_orders import histories
from tests.support import documents
from tests.support.documents import DAY, MINUTE
from tests.support.lives import Life, views
from tests.support.memory import Broker, Delivered

HEARING = {"order-contributions": SUPPLIERS, "sightings": SIGHTINGS}


def told(broker: Broker) -> dict[str, list[Delivered]]:
    """What stands in the internal topics, repeats included, as the other tables read it."""
    topics: dict[str, list[Delivered]] = defaultdict(list)
    for message in broker.published:
        if message.topic in INTERNAL_NAMES:
            records = topics[message.topic]
            records.append(Delivered(message.topic, message.key, message.value, len(records)))
    return topics


async def heard(table: Table, records: list[Delivered], draw: random.Random, start: int, deaths: int) -> Any:
    """The table's views once all is heard."""
    topic = table.topics[0]
    lane = await Life(table, Broker(), draw, start, MINUTE).lived({topic: records}, deaths)
    await lane.turn([], start + 60 * DAY)
    return views(lane)


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ORDERS, histories())), st.integers(0, 1 << 32))
async def test_the_hearing_tables_are_the_same_whoever_died(documents_of: Any, seed: int) -> None:
    draw, start = random.Random(seed), documents.START + 5 * DAY
    named = {po: [replace(f, event_id=f"{po}-{f.event_id}") for f in facts] for po, facts in documents_of.items()}
    topics = of_orders(named, draw)
    dying, straight = Broker(), Broker()
    await Life(PURCHASE_ORDERS, dying, draw, start, MINUTE).lived(topics, deaths=8)
    await Life(PURCHASE_ORDERS, straight, draw, start, MINUTE).lived(topics, deaths=0)
    for topic, table in HEARING.items():
        one = await heard(table, told(dying)[topic], draw, start, deaths=6)
        other = await heard(table, told(straight)[topic], draw, start, deaths=0)
        assert one == other
