"""`syncline registry`: the development registry, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from typing import Annotated

import typer

from app.dev.registry import serving
from app.errors import UsageError


def registry(
    port: Annotated[int, typer.Option(help="The port; 0 takes any free one.", min=0, max=65_535)] = 8081,
) -> None:
    """Serve the shipped schemas as a schema registry does, on this machine alone and in memory."""
    try:
        asyncio.run(_serve(port))
    except OSError as error:
        raise UsageError(f"port {port} cannot be served: {error.strerror}; choose another with --port") from error


async def _serve(port: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with serving(port=port) as url:
        typer.echo(url)
        await stopped.wait()
