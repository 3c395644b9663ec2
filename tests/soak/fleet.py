"""Workers and whoever looks after them: what ends is started again, as a scheduler of containers would."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from random import Random
from time import monotonic
from urllib.request import urlopen

from app.kafka.stop import RETRY
from tests.engine.apache import free_port

WORKER = [sys.executable, "-m", "app.cli.main", "worker"]
KILLED = frozenset({-signal.SIGKILL})
TERMINATED = frozenset({0, -signal.SIGTERM, 128 + signal.SIGTERM})  # at work; not yet Python; waiting for a broker
GRACE = 30.0  # seconds from SIGTERM to SIGKILL, as Kubernetes has it
LOOK_EVERY, ASK_EVERY = 0.1, 1.0  # seconds: whether they live, and whether they are at work
AT_WORK_WITHIN = 15.0  # seconds that a fault waits for somebody at work
TOLD = 1_500  # characters of a worker's last words


class Seat:
    """A worker's place; one process after another sits in it."""

    def __init__(self, name: str, directory: Path, environ: Mapping[str, str], named: bool) -> None:
        port = free_port()
        own = {"SYNCLINE_METRICS_PORT": str(port), "SYNCLINE_INSTANCE_ID": name if named else ""}
        self.name, self.environ = name, {**os.environ, **environ, **own}
        self.page, self.log = f"http://127.0.0.1:{port}/metrics", directory / f"{name}.log"
        self.leaving = self.stopped = False
        self.start()

    def start(self) -> None:
        self.asked: frozenset[int] = frozenset()
        self.stopped = self.at_work = False
        self.since, self.deadline = monotonic(), float("inf")
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

    def is_at_work(self) -> bool:
        """Whether it says so itself."""
        try:
            with urlopen(self.page, timeout=ASK_EVERY) as answer:
                return b"\nsyncline_worker_ready 1.0" in answer.read()
        except (OSError, HTTPException):  # it ended in the middle of its answer
            return False

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-TOLD:].strip()


class Fleet:
    """Use as a context manager: nobody outlives it."""

    environ: Mapping[str, str]  # of every worker

    def __init__(self, directory: Path, named: bool, say: Callable[[str], None]) -> None:
        """`named`: a worker keeps its name over restarts, as an instance_id."""
        self.directory, self.named, self.say = directory, named, say
        self.seats: dict[str, Seat] = {}
        self.exits: Counter[str] = Counter()  # by code, and whether it was asked for
        self.findings: list[str] = []
        self.ready_after: list[float] = []  # seconds from the start of a process to its being at work
        self.stopped_after: list[float] = []  # seconds from SIGTERM to the end, of those that were at work

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_: object) -> None:
        for seat in self.seats.values():
            seat.process.kill()
            seat.process.wait()

    def add(self, name: str) -> Seat:
        seat = self.seats[name] = Seat(name, self.directory, self.environ, self.named)
        return seat

    async def pick(self, dice: Random) -> Seat:
        """One to be tormented: one at work, where there is such a one in time."""
        began = monotonic()
        await until(lambda: any(s.at_work for s in self._free()) or monotonic() - began > AT_WORK_WITHIN)
        await until(lambda: bool(self._free()))
        return dice.choice([seat for seat in self._free() if seat.at_work] or self._free())

    def _free(self) -> list[Seat]:
        return [seat for seat in self.seats.values() if seat.free]

    async def ask(self) -> None:
        """Until cancelled: find out who is at work, and how long that took."""
        while True:
            await asyncio.sleep(ASK_EVERY)
            for seat in [seat for seat in self._free() if not seat.at_work]:
                process = seat.process
                if await asyncio.to_thread(seat.is_at_work) and seat.process is process:
                    seat.at_work = True
                    self.ready_after.append(monotonic() - seat.since)

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
        if code == 0:
            self.stopped_after.append(monotonic() - seat.deadline + GRACE)
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
