"""`syncline produce`: a file of events to their topics."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from app import settings
from app.cli.files import reading
from app.contracts.encode import Encoder
from app.contracts.fileform import Parsed, parse
from app.contracts.registry import RegistrySchemas
from app.errors import ContractError, TopicsWrong
from app.kafka import topics
from app.kafka.limits import INPUT_BYTES
from app.kafka.publisher import KafkaPublisher
from app.settings import Settings

BATCH = 500  # lines
TURNS_A_SECOND = 10  # into which a rate is cut

Numbered = tuple[int, bytes]


def produce(
    file: Annotated[Path, typer.Argument(help="Events, one JSON object a line; - reads standard input.")],
    rate: Annotated[int | None, typer.Option(help="Records a second; as fast as it goes without.", min=1)] = None,
) -> None:
    """Encode the lines of FILE and send them in order; exit 1 after naming the lines that no schema can encode."""
    chosen = settings.load(os.environ, {})
    with reading(file) as lines, _progress() as advance:
        encoder = Encoder(RegistrySchemas(chosen.schema_registry_url).ids())
        producing = _Producing(chosen, encoder, advance)
        asyncio.run(producing.run(enumerate(lines, 1), rate))
    typer.echo(f"{producing.sent} records sent, {producing.refused} lines refused", err=True)
    if producing.refused:
        raise typer.Exit(1)


class _Producing:
    def __init__(self, chosen: Settings, encoder: Encoder, advance: Callable[[int], None]) -> None:
        self.settings, self.encoder, self.advance = chosen, encoder, advance
        self.sent = self.refused = 0

    async def run(self, lines: Iterable[Numbered], rate: int | None) -> None:
        existing = await topics.existing(self.settings)
        publisher = KafkaPublisher(self.settings.kafka_bootstrap)
        await publisher.start()
        began, size = monotonic(), BATCH if rate is None else max(1, min(BATCH, rate // TURNS_A_SECOND))
        try:
            source = iter(lines)
            while batch := list(islice(source, size)):
                records = [record for line in batch if (record := self._record(line, existing))]
                await publisher.send(records)
                self.sent += len(records)
                self.advance(len(records))
                if rate is not None:
                    await asyncio.sleep(began + self.sent / rate - monotonic())
        finally:
            await publisher.stop()

    def _record(self, line: Numbered, existing: Iterable[str]) -> Parsed | None:
        number, text = line
        if not text.strip():
            return None
        try:
            record = _sendable(parse(text.rstrip(b"\r\n"), self.encoder))
        except ContractError as error:
            self.refused += 1
            typer.echo(f"line {number}: {error.reason}", err=True)
            return None
        if record.topic not in existing:
            raise TopicsWrong(f"{record.topic}: absent; run `syncline topics create`")
        return record


def _sendable(record: Parsed) -> Parsed:
    size = len(record.key or b"") + len(record.value or b"")
    if size > INPUT_BYTES:
        raise ContractError(f"{size} bytes, and a broker takes {INPUT_BYTES}", record.topic)
    if record.key is None and record.value is None:
        raise ContractError("neither key nor value", record.topic)
    return record


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Counts on standard error; nothing where nobody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.completed:.0f} records sent"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("produce", total=None)
        yield lambda count: progress.advance(task, count)
