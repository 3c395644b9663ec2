"""Follow every purchase order: documents in; corrected orders and alerts out."""

from __future__ import annotations

from agents.following import following
from tables import PURCHASE_ORDERS

follow_purchase_orders = following(PURCHASE_ORDERS, "follow_purchase_orders")
