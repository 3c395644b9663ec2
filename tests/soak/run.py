"""One soak from beginning to end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.engine import feed
from tests.soak import oracle
from tests.soak.events import REPEATED, Events, deliveries, events
from tests.soak.feeder import Feeder
from tests.soak.figures import figures
from tests.soak.plan import Options
from tests.soak.stage import GRACE, Stage, staged
from tests.soak.tormentor import torment

TELL_EVERY = 10.0  # seconds
STUCK_AFTER = 120.0  # seconds without any progress of a partition, once every fault is over
DUE_WITHIN = GRACE + 15.0  # seconds after which every deadline of the wall clock has come
EVENTS = "events.jsonl"


class Soaked(NamedTuple):
    """What came of it; `findings` is empty where every promise held."""

    findings: list[str]
    figures: dict[str, Any]


async def soak(options: Options, directory: Path, say: Callable[[str], None]) -> Soaked:
    """`directory` must be there and empty; the logs of every process stay in it."""
    say("making the events ...")
    fed = events(options.seed, int(options.duration * options.rate / (1 + REPEATED)))
    say(f"{len(fed.lines):,} distinct events, {options.workers} workers, {options.partitions} partitions, {options}")
    with staged(options, directory, say) as stage:
        await stage.prepare()
        late = feed.clock(options.partitions, stage.cluster.key_of, fed.beyond)
        (directory / EVENTS).write_bytes(b"\n".join([*fed.lines, *late]))
        async with _beside(stage.fleet.watch(), stage.fleet.ask(), stage.watch.run(stage.clock), _tell(stage)):
            feeder = await _feed_and_torment(stage, fed)
            stuck = await _applied(stage)
            await stage.cluster.feed(late)
            stuck = stuck or await _applied(stage)
            await asyncio.sleep(DUE_WITHIN if options.wall else 0)
            stage.say("the workers leave")
            await stage.fleet.dismiss()
        return await _judge(stage, feeder, stuck)


async def _feed_and_torment(stage: Stage, fed: Events) -> Feeder:
    order = deliveries(len(fed.records), stage.options.seed)
    feeder = stage.feeder = Feeder(stage.broker.bootstrap, fed.records, order, stage.options.rate)
    stage.begin()
    try:
        await asyncio.gather(asyncio.to_thread(feeder.run), torment(stage))
    finally:
        feeder.given_up = True  # a thread cannot be cancelled
    stage.say(f"all faults are over and {feeder.sent:,} records fed")
    return feeder


async def _applied(stage: Stage) -> list[str]:
    """Wait until everything fed is applied and committed; the partitions that never get there."""
    began = stage.clock()
    while await stage.watch.fresh() != 0:
        now = stage.clock()
        if min(stage.watch.longest(now), now - began) > STUCK_AFTER:
            return [f"stuck: {place}" for place in stage.watch.standing(now)]
    return []


async def _tell(stage: Stage) -> None:
    while True:
        await asyncio.sleep(TELL_EVERY)
        now, watch = stage.clock(), stage.watch
        sent = stage.feeder.sent if stage.feeder else 0
        behind = "the broker does not answer" if watch.behind is None else f"{watch.behind:,} behind"
        standing = f"{len(watch.standing(now))} of {len(watch.places)} partitions stand still"
        stage.say(f"{sent:,} records fed, {behind}; {standing}, {watch.longest(now):.0f} s at the longest")


async def _judge(stage: Stage, feeder: Feeder, stuck: list[str]) -> Soaked:
    out = stage.directory / "backtest"
    stage.say("the backtest of the same events, and what the cluster says ...")
    backtest = oracle.backtest(stage.directory / EVENTS, out, stage.cluster.environ)
    found, _ = await asyncio.gather(oracle.of_cluster(stage.cluster), backtest)
    stage.say("comparing ...")
    expected = oracle.of_backtest(out)
    letters, buried = sum(feeder.times[n] for n in oracle.dead_lines(out)), found.listener.distinct("dead-letters")
    findings = [
        *stuck,
        *stage.fleet.findings,
        *oracle.differences(found, expected),
        *([f"{letters} records were to be dead letters, {buried} are"] if letters != buried else []),
        *feeder.lost(),
        *([f"the broker never took {len(feeder.refused)} records: {feeder.refused[0]}"] if feeder.refused else []),
    ]
    return Soaked(findings, await figures(stage, feeder, found.listener))


@asynccontextmanager
async def _beside(*watchers: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run these as long as the body; whichever of all fails ends the others."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(watcher) for watcher in watchers]
        yield
        for task in tasks:
            task.cancel()
