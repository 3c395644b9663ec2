"""Where sides run: a broker that holds what they read, and that makes and removes what each of them keeps."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from app.dev.broker import EmbeddedBroker
from app.topics import INTERNAL_NAMES
from bench.feeds import Fed, Sizes, fill, topics
from bench.kafka import Broker, create, drop
from bench.process import Process
from bench.sides import Feed

ANSWERS = ("inventory-corrected", "po-corrected", "alerts", "dead-letters")
COMPACTED = {"cleanup.policy": "compact", "max.message.bytes": str(4 << 20)}


class Stage(NamedTuple):
    """A broker at work."""

    bootstrap: str
    partitions: int
    feeds: Mapping[Feed, Fed]
    create: Callable[[Iterable[str], Mapping[str, str]], None]  # names, configs
    drop: Callable[[str], None]  # by prefix
    process: Process | None  # None: it lives in the runner


Opened = AbstractContextManager[Stage]


@contextmanager
def apache(feeds: Iterable[Feed], sizes: Sizes) -> Iterator[Stage]:
    """Apache Kafka in a process of its own; all its data goes with it."""
    partitions = 4
    with tempfile.TemporaryDirectory(prefix="bench-") as directory, Broker(Path(directory)) as broker:

        def make(names: Iterable[str], configs: Mapping[str, str]) -> None:
            create(broker.bootstrap, dict.fromkeys(names, partitions), **configs)

        fed = _fill(make, broker.bootstrap, feeds, sizes)
        gone = lambda prefix: drop(broker.bootstrap, prefix)  # noqa: E731
        yield Stage(broker.bootstrap, partitions, fed, make, gone, Process(broker.process.pid))


@contextmanager
def embedded(feeds: Iterable[Feed], sizes: Sizes) -> Iterator[Stage]:
    """The embedded broker, in this process; it forgets what lies beyond 5 MiB a partition, which ends the run."""
    partitions = 8
    with EmbeddedBroker({}) as broker:

        def make(names: Iterable[str], _: Mapping[str, str]) -> None:
            for name in names:
                broker.create(name, partitions)
                broker.topics = {**broker.topics, name: partitions}

        fed = _fill(make, broker.bootstrap, feeds, sizes)
        yield Stage(broker.bootstrap, partitions, fed, make, lambda _: None, None)
        if broker.lost():
            raise SystemExit(f"too many records for the embedded broker: {', '.join(broker.lost())}")


def _fill(
    make: Callable[[Iterable[str], Mapping[str, str]], None], bootstrap: str, feeds: Iterable[Feed], sizes: Sizes
) -> dict[Feed, Fed]:
    wanted = set(feeds)
    make([*ANSWERS, *sorted(INTERNAL_NAMES), *(name for feed in wanted for name in topics(feed))], {})
    return {feed: fill(bootstrap, feed, sizes) for feed in wanted}


STAGES: dict[str, Callable[[Iterable[Feed], Sizes], Opened]] = {"kafka": apache, "embedded": embedded}
