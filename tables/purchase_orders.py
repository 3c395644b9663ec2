"""Every purchase order, by po_number."""

from app.domain import orders
from app.domain.orders import Entry, Order
from app.store.table import Table

PURCHASE_ORDERS = Table(
    name="purchase-orders",
    topics=("purchase-orders", "po-acks", "shipments", "receipts", "invoices"),
    state=Order,
    entry=Entry,
    hot=2_048,
    soon=True,
    new=orders.new,
    apply=orders.apply,
    judge=orders.judge,
    view=orders.view,
    masters=orders.masters,
)
