"""One side's turn: started, watched from outside until everything is answered, checked, ended."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from typing import IO, NamedTuple

from app.contracts.schemas import LocalSchemas
from bench.check import problem
from bench.environments import ROOT
from bench.feeds import Fed
from bench.kafka import Topic
from bench.process import Process
from bench.sides import LEDGER, Side
from bench.stages import ANSWERS, COMPACTED, Stage

LOOK_EVERY = 0.02  # seconds
QUIET = 1.0  # seconds without another answer: that was all
STUCK = 120.0  # seconds without progress
WARM = 0.1  # of what there is to do, and as much at the end: what is in hand unanswered weighs alike on both
Count = Callable[[], int]


class Sample(NamedTuple):
    """How far a side was."""

    at: float  # seconds
    done: int
    cpu: float  # seconds, the side's
    broker: float  # seconds, the broker's


class Figures(NamedTuple):
    """What one turn came to, its first and last tenth not counted."""

    side: str
    records: int
    rate: float  # records/s
    cpu: float  # µs a record
    broker: float  # µs a record
    peak: float  # MiB


def measure(side: Side, stage: Stage, number: int) -> Figures:
    """Run a side over its feed. Raises RuntimeError where it ended, stood still, or answered something else."""
    application, fed = f"{side.name}-{number}", stage.feeds[side.feed]
    stage.create([name.format(application=application) for name in side.keeps], COMPACTED)
    output = side.output and side.output.format(application=application)
    if output not in (None, *ANSWERS):
        stage.create([str(output)], {})
    answers = Topic(stage.bootstrap, output) if output else None
    try:
        figures = _turn(side, stage, application, answers)
        wrong = answers and problem(side.feed, fed, answers)
        if wrong:
            raise RuntimeError(f"{side.name}: {wrong}")
        return figures
    finally:
        if answers:
            answers.close()
        stage.drop(f"{application}-")


def _turn(side: Side, stage: Stage, application: str, answers: Topic | None) -> Figures:
    fed = stage.feeds[side.feed]
    with _started(side, stage, application) as (process, printed):
        count, least = (printed, fed.records) if side.prints or not answers else (answers.count, fed.answers)
        samples = _watch(process, count, least, stage.process)
        peak = Process(process.pid).peak()
    return _figures(side, fed, samples, peak)


def _figures(side: Side, fed: Fed, samples: Sequence[Sample], peak: float) -> Figures:
    """Between the first tenth and the last; a turn that was over in a few looks counts as a whole."""
    done = samples[-1].done
    steady = [sample for sample in samples if WARM * done <= sample.done <= (1 - WARM) * done]
    begin, end = (steady[0], steady[-1]) if len(steady) > 1 else (samples[0], samples[-1])
    records = fed.records * (end.done - begin.done) / done
    cpu, broker = (end.cpu - begin.cpu) / records * 1e6, (end.broker - begin.broker) / records * 1e6
    return Figures(side.name, fed.records, records / (end.at - begin.at), cpu, broker, peak)


def _watch(process: subprocess.Popen[str], count: Count, least: int, broker: Process | None) -> list[Sample]:
    """Samples at which there was progress, the last one at the end."""
    watched = Process(process.pid)
    samples = [Sample(perf_counter(), 0, watched.cpu(), broker.cpu() if broker else 0.0)]
    moved = samples[0].at
    while True:
        done = count()
        sample = Sample(perf_counter(), done, watched.cpu(), broker.cpu() if broker else 0.0)
        if sample.done > samples[-1].done:
            samples.append(sample)
            moved = sample.at
        elif sample.done >= least and sample.at - moved > QUIET:
            return samples
        if process.poll() is not None or sample.at - moved > STUCK:
            what = "stood still" if process.poll() is None else f"ended with {process.returncode}"
            raise RuntimeError(f"{what} at {sample.done} of {least}")
        sleep(LOOK_EVERY)


@contextmanager
def _started(side: Side, stage: Stage, application: str) -> Iterator[tuple[subprocess.Popen[str], Count]]:
    """The side's process and what it last printed; its state lies in a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as state, (Path(state) / "errors").open("w+") as errors:
        command = _command(side, stage, application, state)
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
            try:
                yield process, _Printed(process.stdout)
            except RuntimeError as error:
                errors.seek(0)
                raise RuntimeError(f"{side.name}: {error}\n{errors.read()[-3000:]}") from error
            finally:
                process.kill()


def _command(side: Side, stage: Stage, application: str, state: str) -> Sequence[str]:
    topic = stage.feeds[side.feed].topic
    output = (side.output or "").format(application=application)
    schema = LocalSchemas().ids()[LEDGER]
    told = [stage.bootstrap, application, topic, output, str(schema), state, str(stage.partitions)]
    return [*side.environment.command, *side.program, *told, *side.more]


class _Printed:
    """The last number that a process printed."""

    def __init__(self, out: IO[str] | None) -> None:
        self._last = 0
        Thread(target=self._read, args=(out,), daemon=True).start()

    def __call__(self) -> int:
        return self._last

    def _read(self, out: IO[str]) -> None:
        for line in out:
            if line.strip().isdigit():
                self._last = int(line)
