"""Lets the faults happen, each at its time, whatever the others are still at."""

from __future__ import annotations

import asyncio
from random import Random

from tests.soak.faults import ACTS
from tests.soak.plan import Planned, schedule
from tests.soak.stage import Happened, Stage


async def torment(stage: Stage) -> None:
    """Return once every fault has happened and is over."""
    async with asyncio.TaskGroup() as group:
        for number, planned in enumerate(schedule(stage.options), 1):
            group.create_task(_happen(stage, number, planned))


async def _happen(stage: Stage, number: int, planned: Planned) -> None:
    await asyncio.sleep(planned.at - stage.clock())
    dice = Random(f"fault {number} of {stage.options.seed}")
    began: list[tuple[float, str]] = []

    def said(what: str) -> None:
        began.append((stage.clock(), what))
        stage.say(f"fault {number}: {what}")

    await ACTS[planned.kind](stage, dice, said)
    [(at, what)] = began
    stage.happened.append(Happened(planned.kind, what, at, stage.clock()))
