"""A stock position as a join of movements: the same facts make the same state, in any order and however often."""

from app.domain.positions.entry import Entry
from app.domain.positions.following import apply
from app.domain.positions.judging import judge, judge_anew, masters
from app.domain.positions.state import Annex, Position, new
from app.domain.positions.view import view

__all__ = ["Annex", "Entry", "Position", "apply", "judge", "judge_anew", "masters", "new", "view"]
