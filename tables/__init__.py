"""The tables: each a name, the topics that feed it and what its domain answers."""

from tables.masters import MASTERS
from tables.positions import POSITIONS
from tables.purchase_orders import PURCHASE_ORDERS
from tables.sightings import SIGHTINGS
from tables.suppliers import SUPPLIERS

TABLES = (POSITIONS, PURCHASE_ORDERS, SUPPLIERS, SIGHTINGS, MASTERS)

__all__ = ["MASTERS", "POSITIONS", "PURCHASE_ORDERS", "SIGHTINGS", "SUPPLIERS", "TABLES"]
