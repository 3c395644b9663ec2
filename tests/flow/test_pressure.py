"""A line that cannot keep up asks for no more, and one turn takes no more than its share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from app.kafka.waiting import TURNS_SIZE
from app.store.ports import Message
from tests.support.memory import Broker, Delivered
from tests.support.owning import Acked, Inputs, Owner

TOPIC = "po-acks"
TURN = TURNS_SIZE // 16
PIECE = TURN // 3


class Slow(Broker):
    """Acknowledges nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()

    async def publish(self, messages: Sequence[Message]) -> None:
        if messages:
            await self.let_go.wait()
        await super().publish(messages)


@pytest.fixture
def inputs(monkeypatch: pytest.MonkeyPatch) -> Inputs:
    found = Inputs()
    monkeypatch.setattr("app.kafka.line.wall_ms", lambda: found.now)
    return found


def unusable(offset: int) -> list[Delivered]:
    return [Delivered(TOPIC, b"PO-1", bytes(PIECE), offset)]


async def test_a_line_whose_broker_is_slow_is_fed_up_to_a_size_and_goes_on_at_half_of_it(inputs: Inputs) -> None:
    broker = Slow()
    owner = await Owner.takes_over(broker, inputs)
    owner.line.share(16)
    owner.line.tick(0.0)
    fed = 0
    while TOPIC not in inputs.paused and fed < 100:
        owner.line.feed(Acked(), unusable(fed))
        await asyncio.sleep(0)
        fed += 1
    assert sum(owner.line.waiting.size.values()) <= TURN + 2 * PIECE
    assert owner.turns.ended.qsize() <= 2  # one that was at work with nothing, one that waits for its acks
    broker.let_go.set()
    buried = 0
    while buried < fed:
        buried += (await owner.turns.ended.get()).outputs["dead-letters"]
    assert inputs.paused == set()
    assert owner.line.waiting.size[TOPIC] == 0
    await owner.line.end()


async def test_a_long_queue_is_worked_off_in_turns_with_ticks_between_them(inputs: Inputs) -> None:
    broker = Slow()
    owner = await Owner.takes_over(broker, inputs)
    owner.line.share(16)
    owner.line.tick(0.0)
    await owner.turns.ended.get()
    for offset in range(12):
        owner.line.feed(Acked(), unusable(offset))
    broker.let_go.set()
    turns = []
    while sum(turns) < 12:
        turns.append((await owner.turns.ended.get()).outputs["dead-letters"])
        owner.line.tick(0.0)
    assert max(turns) * PIECE <= TURN
    await owner.line.end()
