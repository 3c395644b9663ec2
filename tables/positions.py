"""Every stock position, by item@location."""

from app.domain import positions
from app.domain.positions import Annex, Entry, Position
from app.store.table import Table

POSITIONS = Table(
    name="positions",
    topics=("inventory-events",),
    state=Position,
    entry=Entry,
    annex=Annex,
    seals=True,
    hot=4_096,
    new=positions.new,
    apply=positions.apply,
    judge=positions.judge,
    judge_anew=positions.judge_anew,
    view=positions.view,
    masters=positions.masters,
)
