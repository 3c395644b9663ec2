"""`syncline schemas`: what the shipped schemas allow each other, and their way into a registry."""

from __future__ import annotations

import os

import typer

from app import settings
from app.contracts.compatibility import problems
from app.contracts.registry import register as register_all
from app.contracts.schemas import shipped
from app.errors import SynclineError

app = typer.Typer(no_args_is_help=True, add_completion=False)


class SchemasWrong(SynclineError):
    """Schema files that cannot live together."""


@app.command()
def check() -> None:
    """Compare each version of a record with all earlier ones, in both directions; exit 1 if one cannot be read."""
    _check()
    records = {version.record for version in shipped()}
    typer.echo(f"{len(records)} records, {len(shipped())} versions: each reads all others")


@app.command()
def register() -> None:
    """Register all versions in order at SCHEMA_REGISTRY_URL; prints subject, version and id."""
    _check()
    for registered in register_all(settings.load(os.environ, {}).schema_registry_url):
        typer.echo(f"{registered.subject} {registered.version} {registered.id}")


def _check() -> None:
    found = problems(shipped())
    if found:
        raise SchemasWrong("\n  ".join([f"{len(found)} problems with schemas:", *found]))
