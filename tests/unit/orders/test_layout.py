"""What an earlier release kept of an order is read, and what it never told is told with the next document."""

from __future__ import annotations

import msgspec

from app.domain.internal import Contribution, Sighting
from app.domain.orders.enter import enter
from app.store import layout
from app.store.log import KeyLog
from app.store.table import Codec
from tables import PURCHASE_ORDERS
from tests.support.documents import PO, TODAY, acked, ordered, shipped
from tests.support.following import Following


def test_an_order_kept_before_it_told_anybody_tells_everything_with_its_next_document() -> None:
    following = Following(PURCHASE_ORDERS)
    following.take(PO, [ordered()])
    log = following.partition.read(PO.encode())
    assert log.state.shared.counts
    assert log.state.shown
    codec = Codec(PURCHASE_ORDERS)
    fields = msgspec.msgpack.decode(codec.encode_sums(log.state))
    before = codec.state(codec.encode(fields[:-5]))
    assert (before.shared.counts, before.shown) == ((), ())
    before.published = log.state.published
    log.state = before
    following.partition.keep([(log, _row(log, codec))])
    following.partition.cool([PO.encode()])  # as who takes the partition over reads it
    said = len(following.outputs)
    following.take(PO, [acked()])
    told = [output for output in following.outputs[said:] if isinstance(output, Contribution | Sighting)]
    assert [type(output) for output in told] == [Contribution, Sighting]
    assert isinstance(told[0], Contribution)
    assert (told[0].orders, told[0].lines, told[0].acknowledged) == (1, 1, 1)


def _row(log: KeyLog, codec: Codec) -> bytes:
    return layout.pack_head(log.head, codec.encode_sums(log.state))


def test_a_shipment_kept_before_days_of_arrival_were_has_none() -> None:
    codec = Codec(PURCHASE_ORDERS)
    entry = enter(shipped(eta=TODAY + 2))
    fields = msgspec.msgpack.decode(codec.encode(entry))
    fields[8] = fields[8][:-2]
    before = codec.entry(codec.encode(fields)).document
    assert (before.eta, before.lines) == (None, entry.document.lines)
