"""A table of figures, for the eye and for a file that says what they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table as Grid

from bench.results import FOLDER, around

SaveAs = Annotated[str, typer.Option(help="Write bench/results/<date>-<this>.md, too.")]


class Figures(NamedTuple):
    """One table."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def tell(tables: Sequence[Figures], save_as: str) -> None:
    """Print the tables, and write them where a name is given."""
    for table in tables:
        grid = Grid(*table.head, title=table.title)
        for row in table.rows:
            grid.add_row(*row)
        Console(width=100).print(grid)
    if save_as:
        about = around()
        FOLDER.mkdir(exist_ok=True)
        told = "\n".join(f"- {name}: {value}" for name, value in about.items() if name != "peers")
        page = f"# {save_as}\n\n{told}\n\n" + "\n".join(map(_markdown, tables))
        (FOLDER / f"{about['date'][:10]}-{save_as}.md").write_text(page)


def _markdown(table: Figures) -> str:
    lines = [table.head, ("---", *("--:" for _ in table.head[1:])), *table.rows]
    return f"## {table.title}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)
