"""Follow every stock position: movements in; ledger entries and alerts out."""

from __future__ import annotations

from agents.following import following
from tables import POSITIONS

follow_positions = following(POSITIONS, "follow_positions")
