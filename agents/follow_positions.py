"""Follow every stock position: movements in; ledger entries and alerts out."""

from __future__ import annotations

from typing import Any

from app.kafka.application import Application
from tables import POSITIONS


def follow_positions(app: Application) -> None:
    """Register the agent."""

    @app.agent(app.follow(POSITIONS), name="follow_positions")
    async def chunks(stream: Any) -> None:
        async for chunk in stream.noack().events():
            app.feed(POSITIONS, chunk)
