"""Taking a partition over from an owner that died between two writes, or that does not know yet that it lost it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest
from aiokafka.errors import ProducerFenced

from app.contracts.encode import Encoder
from app.contracts.fileform import parse
from app.flow import Tally
from app.kafka.engine import Engine, Place
from app.kafka.gate import Sight
from app.store.ports import Message
from tables import POSITIONS
from tests.engine import feed
from tests.engine.cluster import Cluster

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]
PLACE = Place("positions", 0)


class Incoming(NamedTuple):
    """A record as the consumer would hand it over."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    partition: int = 0
    offset: int = 0
    timestamp: int = 0


class Crash(Exception):
    """The process ends here."""


class Quiet:
    """No consumer, and nobody counts."""

    def pause(self, topic: str, partition: int) -> None: ...
    def resume(self, topic: str, partition: int) -> None: ...
    def sight(self, topic: str, partition: int) -> Sight | None: ...
    def turn(self, table: str, tally: Tally, seconds: float) -> None: ...
    def tick(self, table: str, late: float) -> None: ...
    def reach(self, table: str, partition: int, lags: Mapping[str, int], clock_lag: float) -> None: ...
    def leave(self, table: str, partition: int, topics: Iterable[str]) -> None: ...
    def recovering(self, topic: str, partition: int, rows: int, size: int, remaining: int) -> None: ...
    def ready(self, partitions: Mapping[str, int], paused: float) -> None: ...
    def waiting(self) -> None: ...


class Mute:
    """A publisher whose process dies before its first ack."""

    async def publish(self, messages: Sequence[Message]) -> None:
        raise Crash


@asynccontextmanager
async def owner(cluster: Cluster) -> AsyncIterator[Engine]:
    """Someone who took the partition over."""
    engine = Engine(cluster.settings, cluster.schemas, Quiet(), Quiet())
    engine.tables[POSITIONS.name] = POSITIONS
    await engine.publisher.start()
    await engine.own([PLACE])
    yield engine
    await engine.own([])
    await engine.publisher.stop()


def arriving(cluster: Cluster, lines: list[bytes]) -> list[Incoming]:
    encoder = Encoder(cluster.schemas.ids())
    return [Incoming(*parse(line, encoder)) for line in lines]


async def test_outputs_of_an_owner_that_died_before_saying_them_are_said_by_the_next(cluster: Cluster) -> None:
    records = arriving(cluster, feed.series(cluster.key_of(0, "I-{}@X"), 3))
    async with owner(cluster) as first:
        lane = first.lines[PLACE].lane
        lane.publisher = Mute()
        with pytest.raises(Crash):
            await lane.turn(records)
    assert await cluster.said("inventory-corrected") == []
    async with owner(cluster) as second:
        said = await cluster.said("inventory-corrected")
        assert [line["value"]["balance_after"] for line in said] == ["1", "2", "3"]
        await second.lines[PLACE].lane.turn(records)
    assert await cluster.said("inventory-corrected") == said


async def test_what_a_take_over_said_is_not_said_again_by_the_next_one(cluster: Cluster) -> None:
    records = arriving(cluster, feed.series(cluster.key_of(0, "I-{}@X"), 3))
    async with owner(cluster) as first:
        lane = first.lines[PLACE].lane
        lane.publisher = Mute()
        with pytest.raises(Crash):
            await lane.turn(records)
    async with owner(cluster):  # says them, and dies before its first turn
        said = await cluster.said("inventory-corrected", at_least=3)
    async with owner(cluster):
        assert await cluster.said("inventory-corrected") == said


async def test_an_owner_that_lost_its_partition_cannot_write_any_more(cluster: Cluster) -> None:
    records = arriving(cluster, feed.series(cluster.key_of(0, "I-{}@X"), 4))
    async with owner(cluster) as stale:
        await stale.lines[PLACE].lane.turn(records[:1])
        async with owner(cluster) as current:
            await current.lines[PLACE].lane.turn(records[1:2])
            with pytest.raises(ProducerFenced):
                await stale.lines[PLACE].lane.turn(records[2:3])
            with pytest.raises(ProducerFenced):
                await stale.lines[PLACE].writer.seal([(b"any", b"row")])
            await current.lines[PLACE].lane.turn(records[3:])
    [view] = await cluster.views(POSITIONS)
    assert view["on_hand"] == "3"


async def test_a_kept_partition_is_not_read_again_and_a_lost_one_is(cluster: Cluster) -> None:
    records = arriving(cluster, feed.series(cluster.key_of(0, "I-{}@X"), 2))
    async with owner(cluster) as first:
        kept = first.lines[PLACE]
        await first.own([PLACE])
        assert first.lines[PLACE] is kept
        async with owner(cluster) as second:
            await second.lines[PLACE].lane.turn(records)
        await first.own([PLACE])
        assert first.lines[PLACE] is not kept
        assert len(first.lines[PLACE].lane.partition.heads) == 1


async def test_a_renewed_writer_still_owns_its_partition(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.kafka.writer.RENEW_AFTER", 0.0)
    records = arriving(cluster, feed.series(cluster.key_of(0, "I-{}@X"), 2))
    async with owner(cluster) as engine:
        await engine.lines[PLACE].lane.turn(records[:1])
        await engine.renew()
        await engine.lines[PLACE].lane.turn(records[1:])
        async with owner(cluster):
            with pytest.raises(ProducerFenced):
                await engine.renew()
