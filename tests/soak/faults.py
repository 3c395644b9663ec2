"""The faults, one function each: does its harm, says so, and undoes what a mishap would undo by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from tests.soak.stage import Stage

NEXT = 4.0  # seconds between two workers of a rolling restart
GUEST = 15.0  # seconds that a third worker stays
Said = Callable[[str], None]
Act = Callable[[Stage, Random, Said], Awaitable[None]]


async def kill(stage: Stage, dice: Random, said: Said) -> None:
    worker = await stage.fleet.pick(dice)
    said(f"kill -9 {worker.name}")
    worker.kill()


async def zombie(stage: Stage, dice: Random, said: Said) -> None:
    """Stopped for longer than its session, then awake again: others own its partitions by then."""
    worker = await stage.fleet.pick(dice)
    seconds = stage.cluster.settings.session_timeout / 1000 + dice.uniform(2, 8)
    said(f"SIGSTOP {worker.name} for {seconds:.0f} s")
    worker.stop()
    await asyncio.sleep(seconds)
    worker.go_on()
    stage.say(f"SIGCONT {worker.name}")


async def term(stage: Stage, dice: Random, said: Said) -> None:
    worker = await stage.fleet.pick(dice)
    said(f"SIGTERM {worker.name}")
    worker.terminate()


async def rolling(stage: Stage, dice: Random, said: Said) -> None:
    """Every worker, one after another, as a new release comes."""
    said("rolling SIGTERM")
    for worker in [seat for seat in stage.fleet.seats.values() if seat.free]:
        if worker.free:
            worker.terminate()
        await asyncio.sleep(NEXT)


async def join(stage: Stage, dice: Random, said: Said) -> None:
    name = f"guest-{dice.randrange(10_000)}"
    said(f"{name} joins")
    guest = stage.fleet.add(name)
    await asyncio.sleep(min(GUEST, stage.options.duration / 8))
    await guest.awake()
    guest.leaving = True
    guest.terminate()
    stage.say(f"{name} leaves")


async def broker_kill(stage: Stage, dice: Random, said: Said) -> None:
    async with stage.broker_lock:
        said("kill -9 broker")
        stage.broker.kill()
        await asyncio.sleep(dice.uniform(1, 4))
        await asyncio.to_thread(stage.broker.start)
        stage.say("broker is back")


async def broker_pause(stage: Stage, dice: Random, said: Said) -> None:
    async with stage.broker_lock:
        seconds = dice.uniform(4, 16)
        said(f"SIGSTOP broker for {seconds:.0f} s")
        stage.broker.pause()
        await asyncio.sleep(seconds)
        stage.broker.resume()
        stage.say("SIGCONT broker")


async def registry(stage: Stage, dice: Random, said: Said) -> None:
    """Away for a while, in which a worker has to start without it."""
    async with stage.registry_lock:
        seconds = stage.options.outage
        said(f"registry away for {seconds:.0f} s")
        stage.kill_registry()
        await asyncio.sleep(seconds / 4)
        worker = await stage.fleet.pick(dice)
        stage.say(f"kill -9 {worker.name}, which starts again without a registry")
        worker.kill()
        await asyncio.sleep(seconds * 3 / 4)
        stage.start_registry()
        stage.say("registry is back")


ACTS: dict[str, Act] = {
    "kill": kill,
    "zombie": zombie,
    "term": term,
    "rolling": rolling,
    "join": join,
    "broker-kill": broker_kill,
    "broker-pause": broker_pause,
    "registry": registry,
}
