"""What every agent does: hand the chunks of its table's topics to the lanes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.kafka.application import Application
from app.store.table import Table


def following(table: Table, name: str) -> Callable[[Application], None]:
    """A function that registers the agent of a table."""

    def register(app: Application) -> None:
        @app.agent(app.follow(table), name=name)
        async def chunks(stream: Any) -> None:
            async for chunk in stream.noack().events():
                app.feed(table, chunk)

    return register
