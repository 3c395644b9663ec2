"""Follow what orders show of themselves and their invoices: sightings in; alerts out."""

from __future__ import annotations

from typing import Any

from app.kafka.application import Application
from tables import SIGHTINGS


def follow_sightings(app: Application) -> None:
    """Register the agent."""

    @app.agent(app.follow(SIGHTINGS), name="follow_sightings")
    async def chunks(stream: Any) -> None:
        async for chunk in stream.noack().events():
            app.feed(SIGHTINGS, chunk)
