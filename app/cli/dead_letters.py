"""`syncline dead-letters`: send what was refused once more, byte for byte."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from app import settings
from app.cli.files import reading, writing
from app.contracts.decode import read
from app.contracts.encode import Encoder
from app.contracts.fileform import parse, render_raw
from app.contracts.registry import RegistrySchemas
from app.contracts.schemas import Known, LocalSchemas
from app.domain.codes import ErrorClass
from app.domain.outputs import DeadLetter
from app.errors import RecordError, SchemaMissing, UsageError
from app.flow.dead_letters import is_shortened, place, revive
from app.flow.lane import DEAD_LETTERS
from app.kafka import letters as cluster
from app.settings import Settings
from app.topics import READ_NAMES, TOPICS

app = typer.Typer(no_args_is_help=True, add_completion=False)
_OFFSETS = re.compile(r"(?:(?P<partition>\d+)/)?(?P<first>\d+)(?P<range>-(?P<last>\d*))?")


class Offsets(NamedTuple):
    """A range of offsets, both ends included, of one partition or of all."""

    first: int
    last: int | None
    partition: int | None

    def hold(self, letter: DeadLetter) -> bool:
        if self.partition not in (None, letter.partition):
            return False
        return self.first <= letter.offset and (self.last is None or letter.offset <= self.last)


class Wanted(NamedTuple):
    """Which dead letters: those that match everything that is given."""

    topics: Sequence[str]
    classes: Sequence[ErrorClass]
    reason: str
    offsets: Sequence[Offsets]

    def take(self, letter: DeadLetter) -> bool:
        return (
            (not self.topics or letter.topic in self.topics)
            and (not self.classes or letter.error_class in self.classes)
            and self.reason in letter.reason
            and (not self.offsets or any(offsets.hold(letter) for offsets in self.offsets))
        )


@app.callback()
def dead_letters() -> None:
    """Send what was refused once more."""


@app.command()
def replay(
    topic: Annotated[list[str] | None, typer.Option(help="The topic they came from; repeat for more.")] = None,
    error_class: Annotated[list[ErrorClass] | None, typer.Option(help="Their class; repeat for more.")] = None,
    reason: Annotated[str, typer.Option(help="A part of their reason.")] = "",
    offset: Annotated[
        list[str] | None, typer.Option(help="Where they lay: [PARTITION/]OFFSET, or FIRST-LAST, or FIRST-; repeatable.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what is selected, send nothing.")] = False,
    from_: Annotated[
        Path | None, typer.Option("--from", help="Read them from a file of lines instead of the topic.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write lines for `syncline backtest` instead of sending.")] = None,
) -> None:
    """Send the records of dead letters to their topics, with key, value and headers as they were.

    Each record once, however often it came back. Without a selection: all of them.
    """
    wanted = Wanted(_topics(topic or []), error_class or [], reason, [_offsets(text) for text in offset or []])
    chosen = settings.load(os.environ, {})
    letters = _from_file(from_) if from_ is not None else asyncio.run(_from_topic(chosen))
    selected = [letter for letter in _last_tries(letters) if wanted.take(letter)]
    sent = 0 if dry_run else _hand_on(selected, out, chosen)
    for letter in selected if dry_run else ():
        typer.echo(f"{place(letter)} {letter.error_class} attempts {letter.attempts}: {letter.reason}")
    typer.echo(
        f"{len(letters)} read, {len(selected)} selected, {sent} {'sent' if out is None else 'written'}", err=True
    )


def _hand_on(selected: Sequence[DeadLetter], out: Path | None, chosen: Settings) -> int:
    for letter in filter(is_shortened, selected):
        typer.echo(f"{place(letter)}: too large for its dead letter, not sent; it stands there as it was", err=True)
    records = [revive(letter) for letter in selected if not is_shortened(letter)]
    if out is None:
        asyncio.run(cluster.send_back(chosen, records))
    else:
        with writing(out) as file:
            file.writelines(render_raw(*record) + b"\n" for record in records)
    return len(records)


def _last_tries(letters: Sequence[DeadLetter]) -> list[DeadLetter]:
    """Without those whose replay came back as a later dead letter, and without what came from no topic of ours."""
    tried = {letter.replay_of for letter in letters}
    return [letter for letter in letters if place(letter) not in tried and letter.topic in READ_NAMES]


async def _from_topic(chosen: Settings) -> list[DeadLetter]:
    schemas, letters = RegistrySchemas(chosen.schema_registry_url), []
    async for value in cluster.read_all(chosen):
        try:
            letters.append(_read(value, schemas))
        except SchemaMissing as missing:
            await schemas.fetch(missing.schema_id)
            letters.append(_read(value, schemas))
    return letters


def _from_file(path: Path) -> list[DeadLetter]:
    schemas = LocalSchemas()
    encoder, letters = Encoder(schemas.ids()), []
    with reading(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                letters.append(_parsed(line, encoder, schemas))
            except (RecordError, SchemaMissing) as error:
                raise UsageError(f"{path}, line {number}: no dead letter: {error}") from error
    return letters


def _parsed(line: bytes, encoder: Encoder, schemas: Known) -> DeadLetter:
    parsed = parse(line, encoder)
    if parsed.topic != DEAD_LETTERS:
        raise RecordError(f"of topic {parsed.topic}, not {DEAD_LETTERS}")
    return _read(parsed.value or b"", schemas)


def _read(value: bytes, schemas: Known) -> DeadLetter:
    letter: DeadLetter = read(TOPICS[DEAD_LETTERS], value, schemas)
    return letter


def _topics(names: Sequence[str]) -> Sequence[str]:
    strange = sorted(set(names) - READ_NAMES)
    if strange:
        raise typer.BadParameter(f"--topic {strange[0]}: none of {', '.join(sorted(READ_NAMES))}")
    return names


def _offsets(text: str) -> Offsets:
    match = _OFFSETS.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"--offset {text}: write [PARTITION/]OFFSET, FIRST-LAST or FIRST-")
    first = int(match["first"])
    last = first if match["range"] is None else int(match["last"]) if match["last"] else None
    return Offsets(first, last, None if match["partition"] is None else int(match["partition"]))
