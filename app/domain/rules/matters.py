"""What a rule of orders can be about. A row names what it needs, and is asked only where an order has all of that.

So most documents ask a handful of rules. A property holds that those left out would have found nothing.
"""

from __future__ import annotations

ODD = 1 << 0  # documents that are not in order, or an order that nobody sent, or that somebody changed or cancelled
WANTED = 1 << 1  # goods are still expected
SILENT = 1 << 2  # the supplier has not answered a line, as it is ordered now
HEARD = 1 << 3  # the supplier has answered a line
OTHERWISE = 1 << 4  # and not just said yes to it
UNCLEAR = 1 << 5  # an answer can be read in two ways, or the gateway has refused the order
DATED = 1 << 6  # a day of need or promise
SHIPPED = 1 << 7
RECEIVED = 1 << 8
MOVED = 1 << 9  # one of the two
AWAITED = 1 << 10  # the day on which a shipment is expected
BILLED = 1 << 11  # an invoice or a credit
CREDITED = 1 << 12
REVERSED = 1 << 13  # a document was taken back by a CANCEL
LISTED = 1 << 14  # masters of items are known
UNITS = 1 << 15  # they are, or a line of a document counts nowhere
PACKED = 1 << 16  # a shipment names its packs
