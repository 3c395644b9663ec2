"""The line's ports over a directory: memory is the changelog, files are the output topics."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from app.contracts.fileform import render
from app.contracts.schemas import LocalSchemas
from app.store.ports import Group, Message, Row
from app.topics import INTERNAL_NAMES, OUTPUTS


class FileRecord(NamedTuple):
    """A line of the file as the line sees it: partition 0, the line's number as its offset."""

    topic: str
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()
    partition: int = 0
    timestamp: int = 0


class NoChangelog:
    """A backtest is repeated, not recovered."""

    async def write(self, groups: Sequence[Group]) -> None:
        """Nothing to do: the store in memory is all there is."""

    async def seal(self, rows: Sequence[Row]) -> None:
        """Nothing to do."""


class FilePublisher:
    """Every output topic is a file of one JSON object a line, in publishing order; `told` is between tables."""

    def __init__(self, directory: Path, schemas: LocalSchemas) -> None:
        self.directory, self.schemas = directory, schemas
        self.files: dict[str, BinaryIO] = {}
        self.told: deque[FileRecord] = deque()
        self._told = 0

    def __enter__(self) -> Self:
        self.files = {topic.name: (self.directory / f"{topic.name}.jsonl").open("wb") for topic in OUTPUTS}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in self.files.values():
            file.close()

    async def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if message.topic in INTERNAL_NAMES:
                self.told.append(FileRecord(message.topic, self._told, message.key, message.value))
                self._told += 1
                continue
            line = render(message.topic, message.key, message.value, self.schemas, message.headers)
            self.files[message.topic].write(line + b"\n")
