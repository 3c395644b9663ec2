"""What a rule of orders can be about. A row names what it needs, and is asked only where an order has all of that.

So most documents ask a handful of rules. A property holds that those left out would have found nothing.
"""

from __future__ import annotations

ODD = 1 << 0  # documents that are not in order, or an order that nobody sent, or that somebody changed or cancelled
WANTED = 1 << 1  # goods are still expected
HEARD = 1 << 2  # the supplier has answered a line
OTHERWISE = 1 << 3  # and not just said yes to it
UNCLEAR = 1 << 4  # an answer can be read in two ways, or the gateway has refused the order
DATED = 1 << 5  # a day of need or promise
SHIPPED = 1 << 6
RECEIVED = 1 << 7
MOVED = 1 << 8  # one of the two
AWAITED = 1 << 9  # the day on which a shipment is expected
BILLED = 1 << 10  # an invoice or a credit
CREDITED = 1 << 11
REVERSED = 1 << 12  # a document was taken back by a CANCEL
LISTED = 1 << 13  # masters of items are known
UNITS = 1 << 14  # they are, or a line of a document counts nowhere
PACKED = 1 << 15  # a shipment names its packs
