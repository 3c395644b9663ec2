"""Every item, supplier and location that a master speaks of, by its id: decides what counts, for all other tables."""

from app.domain import masters
from app.domain.heard import Heard
from app.domain.masters import Master
from app.store.table import Table

MASTERS = Table(
    name="masters",
    topics=("item-master", "supplier-master", "location-master", "citations"),
    says=("golden-records",),
    state=Master,
    entry=Heard,
    seals=True,
    new=masters.new,
    apply=masters.apply,
    judge=masters.judge,
    view=masters.view,
    void=masters.void,
)
