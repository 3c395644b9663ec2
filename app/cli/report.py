"""`syncline report`: what the tables say, for people who run no Kafka."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from app import settings
from app.cli.columns import wide
from app.cli.files import reading
from app.contracts.registry import RegistrySchemas
from app.domain.suppliers import FIGURES
from app.errors import BrokerUnavailable, UsageError
from app.kafka.reader import views
from tables import SUPPLIERS

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Print what the tables say.")
COLUMNS = ("supplier", "facility", "orders", "lines", *(figure.name for figure in FIGURES))
Views = list[dict[str, Any]]


@app.callback()
def report() -> None:
    """Print what the tables say."""


@app.command(epilog="; ".join(f"{figure.name}: {figure.meaning}" for figure in FIGURES))
def suppliers(
    directory: Annotated[
        Path | None, typer.Argument(help="A backtest's directory; without it the tables of the workers on Kafka.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, with the sums.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values.")] = False,
) -> None:
    """The record of every supplier at every facility, those with most lines first; - is nothing to measure."""
    if as_json and as_csv:
        raise typer.BadParameter("give --json or --csv, not both")
    found = _of_kafka() if directory is None else _of_backtest(directory)
    found.sort(key=lambda view: (-view["lines"], view["key"]))
    if as_json:
        for view in found:
            typer.echo(json.dumps(view, ensure_ascii=False))
    elif as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([COLUMNS, *(_row(view, "") for view in found)])
    else:
        _print([_row(view, "-") for view in found])


def _of_kafka() -> Views:
    chosen = settings.load(os.environ, {})
    try:
        return asyncio.run(views(chosen, SUPPLIERS, RegistrySchemas(chosen.schema_registry_url)))
    except BrokerUnavailable as error:
        raise BrokerUnavailable(f"{error}; without Kafka, give the directory of a backtest") from error


def _of_backtest(directory: Path) -> Views:
    path = directory / "tables" / f"{SUPPLIERS.name}.jsonl"
    with reading(path) as lines:
        try:
            return [json.loads(line) for line in lines]
        except ValueError as error:
            raise UsageError(f"{path} is no table of a backtest: {error}") from error


def _row(view: dict[str, Any], nothing: str) -> tuple[str, ...]:
    figures = (view["figures"].get(figure.name) for figure in FIGURES)
    cells = (view["supplier_id"], view["facility_id"], view["orders"], view["lines"], *figures)
    return tuple(nothing if cell is None else str(cell) for cell in cells)


def _print(rows: Sequence[tuple[str, ...]]) -> None:
    console = Console()
    if not console.is_terminal:
        typer.echo(wide([COLUMNS, *rows]))
        return
    table = Table(box=None, pad_edge=False)
    for number, name in enumerate(COLUMNS):
        table.add_column(name.replace("_pct", " %").replace("_", " "), justify="left" if number < 2 else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
