"""`syncline topics`: what the worker needs on the broker."""

from __future__ import annotations

import asyncio
import os

import typer

from app import settings
from app.kafka import topics
from tables import TABLES

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def create() -> None:
    """Create every topic that is absent; those that exist stay as they are."""
    created = asyncio.run(topics.create(settings.load(os.environ, {}), TABLES))
    for name in created:
        typer.echo(name)
    typer.echo(f"{len(created)} topics created", err=True)


@app.command()
def check() -> None:
    """Compare all topics with what the worker needs; exit 78 names each that is wrong, and the fix."""
    chosen = settings.load(os.environ, {})
    asyncio.run(topics.check(chosen, TABLES))
    typer.echo(f"{len(topics.wanted(chosen, TABLES))} topics are as they should be")
