"""`syncline import`: other systems' exports as events."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from app.cli.files import writing
from app.dev import scms as history

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Turn other systems' exports into events.")


@app.callback()
def imports() -> None:
    """Turn other systems' exports into events."""


@app.command()
def scms(
    file: Annotated[Path, typer.Argument(help="The USAID SCMS delivery history, csv or csv.gz.")],
    out: Annotated[Path, typer.Option(help="Where the events go; - is standard output.")] = Path("-"),
    rejects: Annotated[Path | None, typer.Option(help="Where rows that become no event are listed.")] = None,
) -> None:
    """Orders, ship notices and receipts of the USAID SCMS delivery history; a summary goes to standard error."""
    found = history.load(file)
    events = history.events(found)
    encode = msgspec.json.Encoder().encode
    with writing(out) as target:
        target.writelines(encode(event) + b"\n" for event in events)
    if rejects is not None:
        with writing(rejects) as target:
            target.writelines(json.dumps(row._asdict()).encode() + b"\n" for row in found.rejected)
    _say(history.summary(found, events))


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line, err=True)
