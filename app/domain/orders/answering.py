"""What an acknowledgement adds to the picture of its order: X12 855, 865, and the gateway's 997."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.orders.acks import (
    EXCEPTIONS_ONLY,
    Ambiguous,
    Answer,
    answer,
    answer_all,
    disagrees,
    refuses,
    refuses_transmission,
)
from app.domain.orders.documents import AckDocument, Answered
from app.domain.orders.entry import Entry
from app.domain.orders.hearing import follows, hears, hears_all, is_his
from app.domain.orders.lines import Tally
from app.domain.orders.picture import Held, Picture, Reply
from app.domain.orders.versions import Current
from app.domain.policy import Policy


def acknowledge(picture: Picture, entry: Entry, ack: AckDocument, policy: Policy) -> None:
    """Take in an acknowledgement."""
    _note(picture, entry, ack)
    order = picture.order
    if order is None or ack.technical or _on_cancel(picture, entry, ack):
        return
    if is_his(entry, ack, order):
        if not ack.change_response:
            picture.answers.append(Reply(entry, disagrees(ack)))
        _answer(picture, entry, ack, order, policy)


def _note(picture: Picture, entry: Entry, ack: AckDocument) -> None:
    if ack.technical:
        picture.refusal = entry if refuses_transmission(ack) else None
        return
    picture.refusal = None
    if not ack.change_response and not refuses(ack):
        picture.consents.append(entry)


def _on_cancel(picture: Picture, entry: Entry, ack: AckDocument) -> bool:
    """Whether an answer is one to a cancel, which says nothing of the lines."""
    cancel = picture.cancelling.cancel
    if ack.change_response and cancel is not None and entry.place > cancel.place:
        picture.cancel_refused = entry if refuses(ack) else None
    return ack.change_response and picture.cancelling.covers(entry.place)


def _answer(picture: Picture, entry: Entry, ack: AckDocument, order: Current, policy: Policy) -> None:
    tallies = picture.tallies
    if ack.change_response and not _asked(picture, entry, ack):
        picture.unasked.append(entry)
    if not ack.lines or ack.ack_type == EXCEPTIONS_ONLY:
        for tally in tallies.values():
            tally.heard = tally.heard or entry
    if not ack.lines:
        for tally in tallies.values():
            if hears_all(tally, entry, ack, order):
                _say(picture, entry, tally, answer_all(ack.ack_type, tally.wanted.terms))
        return
    bp_accepts = policy.bp_quantity == "accepted"
    named = _named(picture, entry, ack.lines)
    for number, lines in named.items():
        tally = tallies[number]
        if hears(tally, entry, ack):
            groups = [picture.packs.said(line.statuses, entry.event_time, tally.wanted) for line in lines]
            _say(picture, entry, tally, answer(groups, tally.wanted.terms, bp_accepts))
    if ack.ack_type == EXCEPTIONS_ONLY:
        for number, tally in tallies.items():
            if number not in named and hears_all(tally, entry, ack, order):
                _say(picture, entry, tally, answer_all("AD", tally.wanted.terms))


def _asked(picture: Picture, entry: Entry, ack: AckDocument) -> bool:
    """Whether the buyer changed anything before an 865; with lines it may be the supplier's own change."""
    own = bool(ack.lines) and any(tally.heard is not None for tally in picture.tallies.values())
    return own or any(follows(change, entry, ack) for change in picture.changes)


def _named(picture: Picture, entry: Entry, lines: Sequence[Answered]) -> dict[str, list[Answered]]:
    named: dict[str, list[Answered]] = {}
    for line in lines:
        tally = picture.find(entry, line)
        if tally is not None:
            tally.heard = tally.heard or entry
            named.setdefault(tally.number, []).append(line)
    return named


def _say(picture: Picture, entry: Entry, tally: Tally, said: Answer | Ambiguous) -> None:
    if isinstance(said, Ambiguous):
        picture.ambiguous[tally.number] = Held(entry, tally.number, said.why)
    else:
        picture.ambiguous.pop(tally.number, None)
        tally.say(said, entry)
