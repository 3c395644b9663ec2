"""Seven years of real deliveries as events: the delivery history of the USAID Supply Chain Management System."""

from app.dev.scms.events import events
from app.dev.scms.lines import Delivery, History, Rejected, load
from app.dev.scms.summary import summary

__all__ = ["Delivery", "History", "Rejected", "events", "load", "read", "summary"]

from collections.abc import Iterable
from pathlib import Path
from typing import Any


def read(path: Path) -> Iterable[dict[str, Any]]:
    """The history as lines of the file form, sorted by record_time; rejected rows are left out."""
    return events(load(path))
