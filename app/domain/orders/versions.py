"""The order as it is wanted now: order documents by version, and whether it was cancelled or revived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import structs

from app.domain.codes import MatchPolicy, Purpose
from app.domain.orders.documents import OrderDocument, Ordered
from app.domain.orders.entry import Entry, Place

CHANGING = (Purpose.CHANGE, Purpose.REPLACE)


class Wanted(NamedTuple):
    """One line as the highest version that names it wants it."""

    terms: Ordered
    match_policy: MatchPolicy
    since: Entry  # the document that brought or last changed it
    revised: bool  # changed after it was first ordered: older answers are void
    cancelled_by: Entry | None
    former: Ordered | None = None  # its terms before that


class Version(NamedTuple):
    """An order document and what is in it."""

    entry: Entry
    document: OrderDocument


class Current(NamedTuple):
    """The order; `base` is its highest whole version."""

    base: Version
    first: Entry
    asked: Entry  # what first named its present supplier: what was answered before is another's answer
    confirming: bool  # nobody sent an ORIGINAL
    order_date: int | None  # the first that any version names: a change has a date of its own
    lines: dict[str, Wanted]
    changes: list[Entry]  # what came after the first whole version, and that too where it is a change

    @property
    def emptied_by(self) -> Entry | None:
        """What cancelled the last of its lines; None while one is wanted."""
        cancels = [wanted.cancelled_by for wanted in self.lines.values() if wanted.cancelled_by is not None]
        return max(cancels, key=lambda entry: entry.place) if cancels and len(cancels) == len(self.lines) else None


class Cancelling(NamedTuple):
    """How often the order's life was taken and given: `cancel` stands now, `revived` is what last ended one before."""

    cancel: Entry | None
    revived: Entry | None
    dead: list[tuple[Place, Place]]  # from a cancel to the confirmation that revived the order

    def covers(self, place: Place) -> bool:
        """Whether the order stood cancelled at a place among its documents."""
        now = self.cancel is not None and place > self.cancel.place
        return now or any(begin < place < end for begin, end in self.dead)

    def asked_by(self, since: Entry) -> Entry:
        """What last asked for an answer to terms of `since`: who revives an order asks anew."""
        return since if self.revived is None else max(since, self.revived, key=lambda entry: entry.place)


def current(documents: Iterable[Entry]) -> Current | None:
    """The order that its documents describe; None while no whole one has come."""
    versions, confirming = _versions(documents)
    first = next((number for number, version in enumerate(versions) if not version.document.partial), None)
    if first is None:
        return None
    lines: dict[str, Wanted] = {}
    base = versions[first]
    asked = base.entry
    for version in versions[first:]:
        moved = not version.document.partial and version.document.supplier_id != base.document.supplier_id
        asked = version.entry if moved else asked
        if not version.document.partial:
            base = version
        lines = _revise(lines, version, base.document.match_policy, moved)
    dates = (version.document.order_date for version in versions[first:])
    order_date = min((date for date in dates if date is not None), default=None)
    changes = [v.entry for v in versions[first:] if v is not versions[first] or v.entry.purpose in CHANGING]
    return Current(base, versions[first].entry, asked, confirming, order_date, lines, changes)


def _versions(documents: Iterable[Entry]) -> tuple[list[Version], bool]:
    """Order documents by rising version, one each; confirmations only where no ORIGINAL exists."""
    found = [
        Version(entry, entry.document)
        for entry in documents
        if isinstance(entry.document, OrderDocument) and entry.purpose is not Purpose.CANCEL
    ]
    purposes = {version.entry.purpose for version in found}
    confirming = Purpose.CONFIRM in purposes and Purpose.ORIGINAL not in purposes
    if Purpose.ORIGINAL in purposes:
        found = [version for version in found if version.entry.purpose is not Purpose.CONFIRM]
    if len(found) < 2:
        return found, confirming
    by_number: dict[int, Version] = {}
    for version in found:
        number = version.document.version
        by_number[number] = min(by_number.get(number, version), version, key=_precedence)
    return [version for _, version in sorted(by_number.items())], confirming


def _precedence(version: Version) -> tuple[bool, int, bytes]:
    """A change beats a confirmation of the same number: only confirmations may share one."""
    entry = version.entry
    return entry.purpose is Purpose.CONFIRM, entry.record_time, entry.content


def _revise(lines: dict[str, Wanted], version: Version, header: MatchPolicy, moved: bool) -> dict[str, Wanted]:
    """`moved`: to another supplier, for whom every line is new."""
    revised = dict(lines) if version.document.partial else {n: _drop(was, version.entry) for n, was in lines.items()}
    for terms in version.document.lines:
        before = None if moved else lines.get(terms.line)
        revised[terms.line] = _want(before, terms, version.entry, terms.match_policy or header)
    return revised


def _drop(was: Wanted, entry: Entry) -> Wanted:
    return _want(was, structs.replace(was.terms, cancelled=True), entry, was.match_policy)


def _want(before: Wanted | None, terms: Ordered, entry: Entry, match_policy: MatchPolicy) -> Wanted:
    if before is None:
        return Wanted(terms, match_policy, entry, False, entry if terms.cancelled else None)
    if before.terms.same_terms(terms):
        return Wanted(terms, match_policy, before.since, before.revised, before.cancelled_by, before.former)
    cancelled_by = (before.cancelled_by or entry) if terms.cancelled else None
    return Wanted(terms, match_policy, entry, True, cancelled_by, before.terms)


def cancelling(documents: Sequence[Entry]) -> Cancelling:
    """Walks cancels and confirmations in document order; a second cancel says nothing new."""
    cancel: Entry | None = None
    revived: Entry | None = None
    dead: list[tuple[Place, Place]] = []
    for entry in documents:
        if isinstance(entry.document, OrderDocument):
            if entry.purpose is Purpose.CANCEL:
                cancel = cancel or entry
            elif entry.purpose is Purpose.CONFIRM and cancel is not None:
                dead.append((cancel.place, entry.place))
                cancel, revived = None, entry
    return Cancelling(cancel, revived, dead)
