"""Follow what orders show of themselves and their invoices: sightings in; alerts out."""

from __future__ import annotations

from agents.following import following
from tables import SIGHTINGS

follow_sightings = following(SIGHTINGS, "follow_sightings")
