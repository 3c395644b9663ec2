"""Follow what orders say of their suppliers: contributions in; sums in the table."""

from __future__ import annotations

from typing import Any

from app.kafka.application import Application
from tables import SUPPLIERS


def follow_suppliers(app: Application) -> None:
    """Register the agent."""

    @app.agent(app.follow(SUPPLIERS), name="follow_suppliers")
    async def chunks(stream: Any) -> None:
        async for chunk in stream.noack().events():
            app.feed(SUPPLIERS, chunk)
