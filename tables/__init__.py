"""The tables: each a name, the topics that feed it and what its domain answers."""

from tables.positions import POSITIONS
from tables.purchase_orders import PURCHASE_ORDERS
from tables.sightings import SIGHTINGS
from tables.suppliers import SUPPLIERS

TABLES = (POSITIONS, PURCHASE_ORDERS, SUPPLIERS, SIGHTINGS)

__all__ = ["POSITIONS", "PURCHASE_ORDERS", "SIGHTINGS", "SUPPLIERS", "TABLES"]
