"""The few shapes that written pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by `make docs` from the code: change that, not this. -->"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown; a bar in one is escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def page(title: str, lead: str, body: str) -> str:
    """A whole page, which says who wrote it."""
    return f"# {title}\n\n{NOTICE}\n\n{lead}\n\n{body}\n"
