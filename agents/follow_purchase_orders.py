"""Follow every purchase order: documents in; corrected orders and alerts out."""

from __future__ import annotations

from typing import Any

from app.kafka.application import Application
from tables import PURCHASE_ORDERS


def follow_purchase_orders(app: Application) -> None:
    """Register the agent."""

    @app.agent(app.follow(PURCHASE_ORDERS), name="follow_purchase_orders")
    async def chunks(stream: Any) -> None:
        async for chunk in stream.noack().events():
            app.feed(PURCHASE_ORDERS, chunk)
