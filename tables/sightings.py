"""What several orders have in common, by what they have in common."""

from typing import Any

from app.domain import sightings
from app.domain.sightings import Sight
from app.store.table import Table

SIGHTINGS = Table(
    name="sightings",
    topics=("sightings",),
    state=Sight,
    entry=Any,  # it keeps no log
    new=sightings.new,
    apply=sightings.apply,
    judge=sightings.judge,
    view=sightings.view,
    void=sightings.void,
)
