"""The masters of items, suppliers and locations as a join of records: which version counts, and whose copy lags."""

from app.domain.masters.state import Master, new, void
from app.domain.masters.view import view
from app.domain.masters.work import apply, judge

__all__ = ["Master", "apply", "judge", "new", "view", "void"]
