"""What a worker does, one verb phrase a file; named here one by one, so that a broken one cannot hide."""

from agents.follow_masters import follow_masters
from agents.follow_positions import follow_positions
from agents.follow_purchase_orders import follow_purchase_orders
from agents.follow_sightings import follow_sightings
from agents.follow_suppliers import follow_suppliers

AGENTS = (follow_positions, follow_purchase_orders, follow_suppliers, follow_sightings, follow_masters)

__all__ = [
    "AGENTS",
    "follow_masters",
    "follow_positions",
    "follow_purchase_orders",
    "follow_sightings",
    "follow_suppliers",
]
