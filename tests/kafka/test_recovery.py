"""A table partition is recovered whole or not at all, also when the group changes its mind in the middle of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from app.errors import ChangelogCorrupt
from app.kafka.engine import Engine, Place
from app.kafka.names import changelog, history
from app.store import layout
from app.store.layout import Head
from tables import POSITIONS
from tests.engine import feed
from tests.engine.apache import free_port
from tests.engine.cluster import Cluster
from tests.kafka.test_takeover import Quiet, arriving

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]
KEYS = 40
PLACES = [Place(POSITIONS.name, number) for number in range(4)]


@pytest.fixture
def cluster(fresh_cluster: Cluster) -> Cluster:
    return fresh_cluster


def topics(cluster: Cluster) -> tuple[str, str]:
    """The changelog and the history of positions."""
    name = cluster.settings.application_id
    return changelog(name, POSITIONS), history(name, POSITIONS) or ""


class Watched(Quiet):
    """Says when a take-over has read its first rows."""

    def __init__(self) -> None:
        self.reading = asyncio.Event()

    def recovering(self, topic: str, partition: int, rows: int, size: int, remaining: int) -> None:
        if rows:
            self.reading.set()


def engine(cluster: Cluster, meter: Any) -> Engine:
    made = Engine(cluster.settings, cluster.schemas, Quiet(), meter)
    made.tables[POSITIONS.name] = POSITIONS
    return made


async def fill(cluster: Cluster) -> None:
    """Some keys in every partition, with rows in the history."""
    owner = engine(cluster, Quiet())
    await owner.publisher.start()
    await owner.own(PLACES)
    for place in PLACES:
        keys = [f"{cluster.key_of(place.number, 'I-{}')}-{n}@X" for n in range(KEYS)]
        records = [r for key in keys for r in arriving(cluster, feed.series(key, 20))]
        await owner.lines[place].lane.turn(records)
    await owner.hand_over()
    await owner.own([])
    await owner.publisher.stop()


def held(owner: Engine) -> dict[int, int]:
    """Partition -> entries of all its keys, history included."""
    sums = {}
    for place, line in owner.lines.items():
        partition = line.lane.partition
        logs = [partition.read(key) for key in partition.heads]
        sums[place.number] = sum(len(list(log.every())) for log in logs)
    return sums


async def test_a_rebalance_in_the_middle_of_a_load_leaves_every_partition_whole_with_one_owner(
    cluster: Cluster,
) -> None:
    await fill(cluster)
    meter = Watched()
    first, second = engine(cluster, meter), engine(cluster, Quiet())
    loading = asyncio.ensure_future(first.own(PLACES))
    await meter.reading.wait()
    loading.cancel()  # as Faust does when the next assignment comes
    await asyncio.gather(first.own(PLACES[:2]), second.own(PLACES[2:]))
    whole = KEYS * 20
    assert held(first) == {0: whole, 1: whole}
    assert held(second) == {2: whole, 3: whole}
    await asyncio.gather(loading, return_exceptions=True)
    for owner in (first, second):
        for line in owner.lines.values():
            await line.writer.prove()  # nobody else took it since
        await owner.own([])


async def test_a_load_that_ends_after_its_partitions_were_revoked_opens_no_line(cluster: Cluster) -> None:
    await fill(cluster)
    meter = Watched()
    owner = engine(cluster, meter)
    loading = asyncio.ensure_future(owner.own(PLACES[:1]))
    await meter.reading.wait()
    await owner.rest()
    await loading
    assert [line._open for line in owner.lines.values()] == [False]
    await owner.own(PLACES[:1])
    assert [line._open for line in owner.lines.values()] == [True]
    await owner.own([])


UNREADABLE = (  # 0: in the changelog, 1: in the history
    (0, b"ITEM@X", b"\x09" + bytes(60), "changelog row of format 9; .*: upgrade the worker"),
    (0, b"ITEM@X\x00z\x00\x00\x00\x01", b"row", "unknown kind of row b'z'"),
    (0, b"ITEM@X", layout.pack_head(Head(n=1, next=2), b"state"), "its entry 0 of 0 to 1 is missing"),
    (1, b"ITEM@X\x00s\x00\x00\x00\x01", b"\x01short", "unpack"),
)


async def test_a_row_that_cannot_be_read_is_named_and_refused(cluster: Cluster) -> None:
    for place, (which, key, value, reason) in zip(PLACES, UNREADABLE, strict=True):
        topic = topics(cluster)[which]
        await _write(cluster, place.number, topic, [(b"GOOD@X", None), (key, value)])
        named = f"{topic}/{place.number}, offset [12], key .*: .*{reason}.*docs/recovery.md"
        with pytest.raises(ChangelogCorrupt, match=named):
            await engine(cluster, Quiet()).own([place])


async def test_a_worker_with_a_row_that_it_cannot_read_ends_with_70_and_says_which(cluster: Cluster) -> None:
    stored, _ = topics(cluster)
    await _write(cluster, 0, stored, [(b"ITEM@X", b"\x09" + bytes(60))])
    said = await cluster.ended(cluster.start_worker(), 70)
    assert f"{stored}/0, offset 0, key b'ITEM@X'" in said


async def _write(cluster: Cluster, partition: int, topic: str, rows: list[tuple[bytes, bytes | None]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=cluster.bootstrap)
    await producer.start()
    try:
        for key, value in rows:
            await producer.send_and_wait(topic, value, key, partition=partition)
    finally:
        await producer.stop()


async def test_what_a_start_read_is_told_as_metrics(cluster: Cluster) -> None:
    stored, sealed = topics(cluster)
    await fill(cluster)
    cluster.environ["SYNCLINE_METRICS_PORT"] = str(port := free_port())
    cluster.start_worker()
    page = await cluster.told(port, "syncline_worker_ready 1.0")
    told = {line.split(" ")[0]: float(line.split(" ")[-1]) for line in page.splitlines() if line[:1] != "#"}
    assert told[f'syncline_recovery_rows_total{{topic="{stored}"}}'] > KEYS * 4
    assert told[f'syncline_recovery_bytes_total{{topic="{sealed}"}}'] > KEYS * 4
    assert told[f'syncline_recovery_remaining_offsets{{partition="0",topic="{stored}"}}'] == 0
    assert told['syncline_worker_partitions{table="positions"}'] == 4
    assert told["syncline_rebalance_seconds_count"] == 1
