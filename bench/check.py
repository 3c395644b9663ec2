"""Nobody is fast by doing nothing: what a side answered is read and compared with what it was asked."""

from __future__ import annotations

from bench.feeds import Fed
from bench.kafka import Topic
from bench.sides import Feed

OWN_ENTRY = b"\x0aMOVED"  # the rule of an accepted event's own entry; ours says corrections of others besides
ID_AT = 6  # behind the wire format's five bytes and the id's length


def problem(feed: Feed, fed: Fed, answers: Topic) -> str | None:
    """What is wrong with the answers; None where each accepted event, or each order, has been answered."""
    if feed is Feed.ORDERS:
        orders = {key for key, _ in answers.read()}
        return None if len(orders) == fed.answers else f"{len(orders)} of {fed.answers} orders were answered"
    entries = [_entry_id(value) for _, value in answers.read() if OWN_ENTRY in value]
    if len(entries) == len(set(entries)) == fed.answers:
        return None
    return f"{len(entries)} entries of {len(set(entries))} events instead of {fed.answers}"


def _entry_id(value: bytes) -> bytes:
    return value[ID_AT : ID_AT + (value[ID_AT - 1] >> 1)]
