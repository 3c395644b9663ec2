"""Follow what orders say of their suppliers: contributions in; sums in the table."""

from __future__ import annotations

from agents.following import following
from tables import SUPPLIERS

follow_suppliers = following(SUPPLIERS, "follow_suppliers")
