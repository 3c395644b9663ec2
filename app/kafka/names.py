"""The topics a table keeps beside those of the contracts."""

from __future__ import annotations

from app.store.table import Table


def changelog(application_id: str, table: Table) -> str:
    return f"{application_id}-{table.name}-changelog"


def history(application_id: str, table: Table) -> str | None:
    """The topic of sealed segments; None where a table never seals."""
    return f"{application_id}-{table.name}-history" if table.seals else None
