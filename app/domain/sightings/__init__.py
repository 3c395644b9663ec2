"""Sightings: what several keys have in common and should not, by what they have in common."""

from app.domain.sightings.state import Sight, new, void
from app.domain.sightings.work import apply, judge, view

__all__ = ["Sight", "apply", "judge", "new", "view", "void"]
