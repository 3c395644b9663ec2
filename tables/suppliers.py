"""The record of every supplier at every facility, by supplier_id@facility_id."""

from app.domain import suppliers
from app.domain.heard import Heard
from app.domain.suppliers import Supplier
from app.store.table import Table

SUPPLIERS = Table(
    name="suppliers",
    topics=("order-contributions",),
    state=Supplier,
    entry=Heard,
    seals=True,
    hot=1_024,
    new=suppliers.new,
    apply=suppliers.apply,
    judge=suppliers.judge,
    view=suppliers.view,
    void=suppliers.void,
)
