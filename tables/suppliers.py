"""The record of every supplier at every facility, by supplier_id@facility_id."""

from app.domain import suppliers
from app.domain.suppliers import Entry, Supplier
from app.store.table import Table

SUPPLIERS = Table(
    name="suppliers",
    topics=("order-contributions",),
    state=Supplier,
    entry=Entry,
    seals=True,
    hot=1_024,
    new=suppliers.new,
    apply=suppliers.apply,
    judge=suppliers.judge,
    view=suppliers.view,
    void=suppliers.void,
)
