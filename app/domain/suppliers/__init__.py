"""Suppliers: what orders say of each at each facility, summed up."""

from app.domain.suppliers.figures import FIGURES
from app.domain.suppliers.state import Supplier, new, void
from app.domain.suppliers.work import apply, judge, view

__all__ = ["FIGURES", "Supplier", "apply", "judge", "new", "view", "void"]
