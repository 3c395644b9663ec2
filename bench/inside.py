"""A worker's lanes in one process, without a broker: what a measure of memory or of CPU alone runs on."""

from __future__ import annotations

import gc
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from random import Random

from app.contracts.decode import Decoder
from app.contracts.encode import Encoder
from app.contracts.schemas import LocalSchemas
from app.domain.policy import Policy
from app.flow import Lane
from app.kafka.application import COLLECT
from app.kafka.publisher import partition_of
from app.store.partition import Partition
from app.store.ports import Changelog
from bench.events import TOPIC, Sent, _event
from bench.line import Nowhere
from tables.positions import POSITIONS

LANES = 4
TURN = 1_000  # records


class Worker:
    """Lanes as the worker process has them, its collector's thresholds included; `changelogs`: one a lane."""

    def __init__(self, changelogs: Sequence[Changelog] | None = None) -> None:
        gc.set_threshold(*COLLECT)
        schemas, nowhere = LocalSchemas(), Nowhere()
        decoder, encoder = Decoder(schemas), Encoder(schemas.ids())
        ports = changelogs or [nowhere] * LANES
        self.lanes = [
            Lane(Partition(POSITIONS), decoder, encoder, schemas, Policy(), changelog, nowhere) for changelog in ports
        ]

    async def take(self, records: Iterable[Sent]) -> None:
        """Take records through their lanes, `TURN` a turn."""
        waiting: dict[int, list[Sent]] = defaultdict(list)
        for one in records:
            number = partition_of(one.key, None, LANES)
            waiting[number].append(one)
            if len(waiting[number]) == TURN:
                await self.turn(number, waiting.pop(number))
        for number, rest in waiting.items():
            await self.turn(number, rest)

    async def turn(self, number: int, records: Sequence[Sent]) -> None:
        tally = await self.lanes[number].turn(records)
        if tally.dead_letters:
            raise SystemExit(f"the bench's own records were refused: {dict(tally.dead_letters)}")


class Feed:
    """Records of chosen positions, each position's own series going on for as long as it is asked."""

    def __init__(self, positions: int, seed: int = 7) -> None:
        self._dice, self._encoder = Random(seed).random, Encoder(LocalSchemas().ids())
        self._numbers = array("I", bytes(4)) * positions
        self._offset = 0

    def of(self, positions: Iterable[int]) -> Iterator[Sent]:
        """The next record of each of these positions."""
        for at in positions:
            self._numbers[at] += 1
            event = _event(self._dice, at, self._numbers[at], self._offset)
            key = f"{event.item_id}@{event.location_id}".encode()
            yield Sent(key, self._encoder.encode(TOPIC, event), self._offset)
            self._offset += 1

    def spread(self, count: int) -> Iterator[Sent]:
        """`count` records of positions drawn at random."""
        return self.of(int(self._dice() * len(self._numbers)) for _ in range(count))
