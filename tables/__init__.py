"""The tables: each a name, the topics that feed it and what its domain answers."""

from tables.positions import POSITIONS
from tables.purchase_orders import PURCHASE_ORDERS

TABLES = (POSITIONS, PURCHASE_ORDERS)

__all__ = ["POSITIONS", "PURCHASE_ORDERS", "TABLES"]
