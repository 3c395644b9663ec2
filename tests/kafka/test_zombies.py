"""A process that was stopped longer than its session and wakes: it may repeat what was said, and write nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka.errors import ProducerFenced

from app.kafka import topics
from app.kafka.masters import informed
from app.kafka.names import changelog, history
from app.kafka.writer import Writer
from tables import POSITIONS, TABLES
from tests.backtest.test_masters import item
from tests.engine import feed, verdict
from tests.engine.cluster import Cluster
from tests.kafka.conftest import PARTITIONS, started

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka")]
LINES = [*feed.movements(9, 12, 20), *feed.orders(10, 20)]
HALF = len(LINES) // 2


async def asleep(worker: subprocess.Popen[bytes]) -> None:
    """Wait until a process has stopped itself."""
    found = await asyncio.to_thread(os.waitid, os.P_PID, worker.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    assert found is not None and found.si_code == os.CLD_STOPPED


async def outlived(cluster: Cluster, zombie: subprocess.Popen[bytes], lines: list[bytes]) -> list[dict[str, Any]]:
    """Another worker takes over and does everything that is there and these lines; what was said then."""
    await asleep(zombie)
    cluster.start_worker()
    await cluster.feed(lines)
    await cluster.applied()
    return await cluster.said("inventory-corrected")


def ids(entries: list[dict[str, Any]]) -> set[str]:
    """What was said, apart from repeats: other partitions of the zombie may have stopped within their outputs."""
    return {entry["value"]["entry_id"] for entry in entries}


async def test_a_zombie_that_wakes_before_its_changelog_is_refused_and_ends(
    fresh_cluster: Cluster, tmp_path: Path
) -> None:
    await fresh_cluster.feed(LINES[:HALF])
    zombie = fresh_cluster.start_dying_worker("before the changelog", "stop")
    said = await outlived(fresh_cluster, zombie, LINES[HALF:])
    zombie.send_signal(signal.SIGCONT)
    assert "ProducerFenced" in await fresh_cluster.ended(zombie, 75)
    assert ids(await fresh_cluster.said("inventory-corrected")) == ids(said)
    await verdict.hold_against_a_backtest(fresh_cluster, LINES, tmp_path / "backtest")


async def test_a_zombie_that_wakes_between_changelog_and_outputs_repeats_those_and_changes_nothing(
    fresh_cluster: Cluster, tmp_path: Path
) -> None:
    line = feed.series("GLOVES@MAIN", 12)  # alone: on waking, another partition would be refused and end it at once
    zombie = fresh_cluster.start_dying_worker("after the changelog", "stop")  # of its third turn
    for turn in (line[:3], line[3:6]):
        await fresh_cluster.feed(turn)
        await fresh_cluster.applied()
    await fresh_cluster.feed(line[6:9])
    said = await outlived(fresh_cluster, zombie, line[9:])
    fresh_cluster.workers.remove(zombie)
    try:
        zombie.send_signal(signal.SIGCONT)
        assert ids(await fresh_cluster.said("inventory-corrected", at_least=len(said) + 3)) == ids(said)
    finally:
        zombie.kill()  # if it has not ended, refused in its next turn
        zombie.wait()
    await fresh_cluster.feed(LINES)
    await verdict.hold_against_a_backtest(fresh_cluster, [*line, *LINES], tmp_path / "backtest")


async def test_a_zombie_that_wakes_between_changelog_and_golden_record_is_refused_and_the_newer_one_stands(
    fresh_cluster: Cluster,
) -> None:
    zombie = fresh_cluster.start_dying_worker("after the changelog", "stop")  # of its third turn
    for version in (1, 2):
        await fresh_cluster.feed([item(version)])
        await fresh_cluster.applied()
    await fresh_cluster.feed([item(3)])
    await asleep(zombie)
    fresh_cluster.start_worker()
    await fresh_cluster.feed([item(4)])
    await fresh_cluster.applied()
    zombie.send_signal(signal.SIGCONT)
    assert "ProducerFenced" in await fresh_cluster.ended(zombie, 75)
    policy = await informed(fresh_cluster.settings, POSITIONS, fresh_cluster.schemas)
    assert policy.masters.items["GLOVES-M"].version == 4


# --- the broker forgets epochs that nobody uses ---------------------------------------------------------------------

CLEANUP = "transaction.remove.expired.transaction.cleanup.interval.ms"
FORGETS = {"transactional.id.expiration.ms": "3000", CLEANUP: "500"}
TRIES = 5  # because this process may stand still for longer than such a broker remembers
FORGETS_SILENT = {"producer.id.expiration.ms": "3000", "producer.id.expiration.check.interval.ms": "500"}


@pytest.fixture
def forgetful(tmp_path: Path) -> Iterator[Cluster]:
    """On a broker that forgets a transactional id after 3 s instead of 7 days."""
    yield from _on_a_broker(tmp_path, FORGETS)


@pytest.fixture
def forgetful_of_silence(tmp_path: Path) -> Iterator[Cluster]:
    """On one that forgets who wrote to a partition last after 3 s of silence instead of a day."""
    yield from _on_a_broker(tmp_path, FORGETS_SILENT)


def _on_a_broker(directory: Path, besides: dict[str, str]) -> Iterator[Cluster]:
    for broker in started(directory, besides):
        with Cluster(broker.bootstrap, PARTITIONS) as cluster:
            asyncio.run(topics.create(cluster.settings, TABLES))
            yield cluster


@asynccontextmanager
async def writing(cluster: Cluster, partition: int) -> AsyncIterator[Writer]:
    """The owner of a partition, from its take-over on."""
    names = (namer(cluster.settings.application_id, POSITIONS) for namer in (changelog, history))
    writer = Writer(cluster.bootstrap, *names, partition)
    await writer.start()
    try:
        yield writer
    finally:
        await writer.stop()


def known_as(writer: Writer) -> int:
    """The producer id whose epochs its transactional id counts, until the broker forgets that."""
    assert writer._producer is not None
    return int(writer._producer._txn_manager.producer_id)


async def refused_in_time(cluster: Cluster, former: Writer) -> bool:
    """Whether somebody takes over partition 0 before the broker forgets its former owner, who is refused then."""
    async with writing(cluster, 0) as other:
        if known_as(other) != known_as(former):
            return False
        assert await refused(former)
        return True


async def forgotten(cluster: Cluster, writer: Writer, renewed: Writer) -> None:
    """Wait until the broker has forgotten a writer's epochs; another one is renewed all the time."""
    known = f"{writer.identity}".encode()
    while any(known in key for rows in (await cluster.rows("__transaction_state")).values() for key in rows):
        await renewed.renew()


async def test_a_renewal_during_which_somebody_took_over_is_refused(
    fresh_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.kafka.writer.RENEW_AFTER", 0.0)
    async with writing(fresh_cluster, 0) as stopped:
        take_epoch = stopped._start

        async def wakes_later() -> dict[str, int]:
            async with writing(fresh_cluster, 0) as other:
                await other.write([[(b"key", b"row")]])
            return await take_epoch()

        await stopped.renew()
        monkeypatch.setattr(stopped, "_start", wakes_later)
        with pytest.raises(ProducerFenced):
            await stopped.renew()


async def test_renewal_keeps_the_fence_where_a_broker_forgets_unused_epochs(
    forgetful: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.kafka.writer.RENEW_AFTER", 0.0)
    async with writing(forgetful, 0) as renewed, writing(forgetful, 1) as idle:
        await forgotten(forgetful, idle, renewed)
        for _ in range(TRIES):
            await renewed.renew()
            if await refused_in_time(forgetful, renewed):
                break
        else:
            pytest.fail("the broker forgot each renewal before somebody took over")
        async with writing(forgetful, 1):
            await idle.write([[(b"key", b"row")]])  # why there is a renewal: this one should have been refused


async def test_renewal_keeps_the_fence_where_a_broker_forgets_who_wrote_last_to_a_silent_partition(
    forgetful_of_silence: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.kafka.writer.RENEW_AFTER", 0.0)
    cluster = forgetful_of_silence
    async with writing(cluster, 0) as kept_out, writing(cluster, 0) as owner:
        async with writing(cluster, 1) as let_in, writing(cluster, 1):
            while await refused(let_in):  # until the broker forgets: this one should be refused for ever
                await owner.renew()
        for _ in range(TRIES):
            await owner.renew()
            if await refused(kept_out):
                return
    pytest.fail("a former owner was let in right after a renewal")


async def refused(former: Writer) -> bool:
    try:
        await former.write([[(b"key", b"row")]])
    except ProducerFenced:
        return True
    return False
