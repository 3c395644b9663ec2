"""Follow every master: records of items, suppliers and locations in; golden records and alerts out."""

from __future__ import annotations

from typing import Any

from app.kafka.application import Application
from tables import MASTERS


def follow_masters(app: Application) -> None:
    """Register the agent."""

    @app.agent(app.follow(MASTERS), name="follow_masters")
    async def chunks(stream: Any) -> None:
        async for chunk in stream.noack().events():
            app.feed(MASTERS, chunk)
