"""`syncline settings`: every setting as this process would take it."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app import settings as catalogue
from app.cli.columns import wide


def settings(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """List every setting: name, value, default, unit, meaning."""
    values = catalogue.values(catalogue.load(os.environ, {}))
    rows = [
        (row.name, values[row.name], row.format(row.default), row.unit, row.meaning) for row in catalogue.catalogue()
    ]
    if as_json:
        named = {name: dict(zip(_COLUMNS[1:], rest, strict=True)) for name, *rest in rows}
        typer.echo(json.dumps(named, indent=2, ensure_ascii=False))
        return
    console = Console()
    if not console.is_terminal:
        typer.echo(wide([_COLUMNS, *rows]))
        return
    table = Table(*_COLUMNS, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row, style="bold" if row[1] != row[2] else None)
    console.print(table)


_COLUMNS = ("name", "value", "default", "unit", "meaning")
