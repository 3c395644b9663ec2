"""Topic-partitions come with those of their tables, or not at all."""

from __future__ import annotations

from typing import Any

from app.contracts.schemas import LocalSchemas
from app.kafka.engine import Engine, Place
from app.settings import load
from tables import POSITIONS
from tests.kafka.test_takeover import Quiet

PLACES = [Place(POSITIONS.name, number) for number in range(2)]
WHOLE = [(topic, number) for topic in POSITIONS.topics for number in range(2)]


def unlike(assigned: list[tuple[str, int]]) -> Any:
    engine = Engine(load({}, {}), LocalSchemas(), Quiet(), Quiet())
    engine.tables[POSITIONS.name] = POSITIONS
    return engine.unlike(PLACES, assigned)


def test_what_belongs_together_is_taken_and_other_topics_are_nothing_to_it() -> None:
    assert unlike([*WHOLE, ("syncline-positions-changelog", 0)]) is None


def test_partitions_that_a_topic_got_alone_are_named() -> None:
    told = unlike([*WHOLE, ("inventory-events", 2)])
    assert "assigned without their tables: inventory-events/2; absent beside their tables: none" in told


def test_a_topic_that_is_gone_is_named() -> None:
    assert "absent beside their tables: inventory-events/0, inventory-events/1" in unlike(
        [place for place in WHOLE if place[0] != "inventory-events"]
    )
