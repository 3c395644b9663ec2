"""What a worker's log says of keys that lie on the wrong partition, and of keys that it could not judge."""

from __future__ import annotations

import pytest

from app.contracts.decode import Decoder
from app.domain.policy import Policy
from app.flow import Lane
from app.flow.tally import Tally
from app.kafka.complaints import Clocks, Complaints
from app.kafka.publisher import belongs, partition_of
from app.observe.metrics import Metrics
from app.store.partition import Partition
from tables.positions import POSITIONS
from tests.support.memory import ENCODER, SCHEMAS, Broker, Delivered, delivered
from tests.support.movements import START, moved

PARTITIONS = 4
KEY = "GLOVES-M@MAIN"
HOME = partition_of(KEY.encode(), None, PARTITIONS)
NAME = "syncline_misplaced_keys_total"


def lane_of(number: int) -> Lane:
    broker = Broker()
    partition = Partition(POSITIONS, lambda key: belongs(number, PARTITIONS, key))
    return Lane(partition, Decoder(SCHEMAS), ENCODER, SCHEMAS, Policy(), broker, broker)


def movement(name: str) -> Delivered:
    return delivered("inventory-events", KEY, moved(name, quantity=2))


async def test_a_key_of_another_partition_is_counted_once_and_its_records_are_taken_in() -> None:
    lane, metrics = lane_of((HOME + 1) % PARTITIONS), Metrics()
    for names in (["a", "b"], ["c"]):
        tally = await lane.turn([movement(name) for name in names], START)
        metrics.turn("positions", tally, 0)
    assert metrics.registry.get_sample_value(NAME, {"topic": "inventory-events"}) == 1
    assert lane.partition.load(KEY.encode()).state.version == 3


def test_a_clock_that_is_ahead_is_told_once_until_it_is_right_again(caplog: pytest.LogCaptureFixture) -> None:
    clocks = Clocks()
    for ahead in (-5_000, 30_000, 7_200_000, 7_100_000, 0, 3_600_000):
        clocks.hear({("positions", 3): START + ahead, ("masters", 1): START + ahead // 2, ("masters", 2): START}, START)
    assert [message.split(" ahead")[0] for message in caplog.messages] == [
        "table positions, partition 3 and 1 more: their time is 7200 s",
        "table positions, partition 3 and 1 more: their time is 3600 s",
    ]


async def test_nothing_is_said_of_a_key_that_lies_where_it_belongs() -> None:
    assert not (await lane_of(HOME).turn([movement("a")], START)).misplaced


def test_the_log_names_the_first_key_of_each_topic_and_what_to_set(caplog: pytest.LogCaptureFixture) -> None:
    complaints, tally = Complaints("purchase-orders", 3), Tally()
    for topic, key in (("po-acks", b"PO-1"), ("po-acks", b"PO-2"), ("invoices", b"PO-2")):
        tally.misplaced[topic, key] += 1
    complaints.hear(tally)
    complaints.hear(tally)
    first, second = caplog.messages
    assert "purchase-orders, partition 3: key PO-1 of po-acks" in first
    assert "partitioner=murmur2_random" in first
    assert "key PO-2 of invoices" in second


def test_a_key_that_was_not_judged_is_told_with_its_error_and_counted_without(caplog: pytest.LogCaptureFixture) -> None:
    tally, metrics = Tally(), Metrics()
    tally.unjudged["KeyError: 'x'"] += 1
    Complaints("positions", 0).hear(tally)
    metrics.turn("positions", tally, 0)
    assert caplog.messages == ["table positions, partition 0: a key was not judged: KeyError: 'x'"]
    assert metrics.registry.get_sample_value("syncline_marks_total", {"mark": "unjudged"}) == 1
