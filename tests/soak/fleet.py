"""Workers and whoever looks after them: what ends is started again, as a scheduler of containers would."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from time import monotonic

from app.kafka.stop import RETRY

WORKER = [sys.executable, "-m", "app.cli.main", "worker"]
KILLED = frozenset({-signal.SIGKILL})
TERMINATED = frozenset({0, -signal.SIGTERM, 128 + signal.SIGTERM})  # at work; not yet Python; waiting for a broker
GRACE = 30.0  # seconds from SIGTERM to SIGKILL, as Kubernetes has it
SETTLED = 8.0  # seconds after which a worker is at work
LOOK_EVERY = 0.1
TOLD = 1_500  # characters of a worker's last words


class Seat:
    """A worker's place; one process after another sits in it."""

    def __init__(self, name: str, directory: Path, environ: Mapping[str, str]) -> None:
        self.name, self.environ = name, {**os.environ, **environ}
        self.log = directory / f"{name}.log"
        self.leaving = self.stopped = False
        self.start()

    def start(self) -> None:
        self.asked: frozenset[int] = frozenset()
        self.stopped, self.since, self.deadline = False, monotonic(), float("inf")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(WORKER, env=self.environ, stdout=log, stderr=log)

    def kill(self) -> None:
        self.asked |= KILLED
        self.process.kill()

    def terminate(self) -> None:
        self.asked |= TERMINATED
        self.deadline = monotonic() + GRACE
        self.process.terminate()

    def stop(self) -> None:
        self.stopped = True
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.stopped = False

    async def awake(self) -> None:
        await until(lambda: not self.stopped)

    @property
    def free(self) -> bool:
        """Nothing was done to it that has not yet had its effect."""
        return not (self.stopped or self.leaving or self.asked) and self.process.poll() is None

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-TOLD:].strip()


class Fleet:
    """Use as a context manager: nobody outlives it."""

    def __init__(self, directory: Path, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.directory, self.environ, self.say = directory, environ, say
        self.seats: dict[str, Seat] = {}
        self.exits: Counter[str] = Counter()  # by code, and whether it was asked for
        self.findings: list[str] = []

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_: object) -> None:
        for seat in self.seats.values():
            seat.process.kill()
            seat.process.wait()

    def add(self, name: str) -> Seat:
        seat = self.seats[name] = Seat(name, self.directory, self.environ)
        return seat

    async def pick(self, dice: Random) -> Seat:
        """One to be tormented, at work if there is such a one; waits for one that is free."""
        await until(lambda: any(seat.free for seat in self.seats.values()))
        free = [seat for seat in self.seats.values() if seat.free]
        settled = [seat for seat in free if monotonic() - seat.since > SETTLED]
        return dice.choice(settled or free)

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            for seat in list(self.seats.values()):
                self._look(seat)

    def _look(self, seat: Seat) -> None:
        code = seat.process.poll()
        if code is not None:
            self._ended(seat, code)
        elif monotonic() > seat.deadline:
            self.findings.append(f"{seat.name} did not stop within {GRACE:.0f} s of SIGTERM: {seat.last_words()}")
            seat.kill()
            seat.deadline = float("inf")

    def _ended(self, seat: Seat, code: int) -> None:
        asked = code in seat.asked
        self.exits[f"{code} {'asked' if asked else 'unasked'}"] += 1
        if not asked:
            self.say(f"{seat.name} ended with {code}: {seat.last_words()[-300:]}")
            if code != RETRY:
                self.findings.append(f"{seat.name} ended with {code}: {seat.last_words()}")
        if seat.leaving:
            del self.seats[seat.name]
        else:
            seat.start()

    async def dismiss(self) -> None:
        """Everybody hands over and leaves; `watch` must run."""
        for seat in self.seats.values():
            seat.leaving = True
            seat.terminate()
        await until(lambda: not self.seats)


async def until(holds: Callable[[], bool]) -> None:
    """Processes tell nobody when they end: look again and again."""
    while True:
        if holds():
            return
        await asyncio.sleep(LOOK_EVERY)
