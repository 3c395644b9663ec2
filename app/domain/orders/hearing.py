"""Which lines an acknowledgement speaks to: those that it can have known in their present terms."""

from __future__ import annotations

from app.domain.orders.acks import refuses
from app.domain.orders.documents import AckDocument, OrderDocument
from app.domain.orders.entry import Entry
from app.domain.orders.lines import Tally
from app.domain.orders.versions import Current


def hears(tally: Tally, entry: Entry, ack: AckDocument) -> bool:
    """Whether an answer is about the line as it is ordered now."""
    return not tally.wanted.revised or follows(tally.wanted.since, entry, ack)


def hears_all(tally: Tally, entry: Entry, ack: AckDocument, order: Current) -> bool:
    """Likewise for an answer that does not name the line, which must have been there to be meant.

    Who refuses a change as a whole (865) refuses what it changed and nothing else.
    """
    if tally.wanted.since is order.asked:
        return not (ack.change_response and refuses(ack))
    return follows(tally.wanted.since, entry, ack)


def is_his(entry: Entry, ack: AckDocument, order: Current) -> bool:
    """Whether an answer is the present supplier's, and not one to the order before it moved to him."""
    return order.asked is order.first or follows(order.asked, entry, ack)


def follows(since: Entry, entry: Entry, ack: AckDocument) -> bool:
    """Whether an answer can be one to an order document: by the version that it names, else by its place."""
    document = since.document
    if ack.po_version is not None and isinstance(document, OrderDocument):
        return ack.po_version >= document.version
    return entry.place > since.place
