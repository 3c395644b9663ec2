"""All documents of an order as turns have them at hand, and the picture they make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.domain.log import Log
from app.domain.orders.entry import Entry
from app.domain.orders.fold import fold, follow
from app.domain.orders.picture import Picture
from app.domain.orders.state import Order
from app.domain.policy import Policy


class Dossier:
    """Documents in order of arrival; `untold` are those that other tables have not heard of."""

    def __init__(self, entries: Iterable[Entry], policy: Policy) -> None:
        self.entries = list(entries)
        self.untold: list[Entry] = []
        self._policy = policy
        self._picture: Picture | None = None

    def add(self, entry: Entry) -> None:
        """One more document: the picture grows by it, or is made anew once somebody looks at it."""
        self.entries.append(entry)
        self.untold.append(entry)
        if self._picture is not None and not follow(self._picture, entry, self._policy):
            self._picture = None

    @property
    def picture(self) -> Picture:
        """Made anew where a master has changed since that it rests on."""
        if self._picture is None or not self._picture.packs.current:
            self._picture = fold(self.entries, self._policy)
        return self._picture


def dossier_of(order: Order, log: Log[Entry, Any], policy: Policy) -> Dossier:
    """The one that this turn, or one before it, has opened already, else a new one."""
    known: Dossier | None = order.__dict__.get("dossier")
    if known is None:
        known = order.__dict__["dossier"] = Dossier(log.recent(), policy)
    return known
