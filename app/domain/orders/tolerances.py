"""What a supplier's answer changes of a line: beyond the tolerances somebody decides, within them it is accepted.

Source: domain base section 4, ACK_CHANGE. A price may be higher, and a day later, by what the settings allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.domain.codes import AckState
from app.domain.orders.lines import Tally
from app.domain.policy import WHOLE, Policy
from app.domain.quantities import PRICE, date_text, text


class Changed(NamedTuple):
    """One thing that an answer changes, in words."""

    ordered: str
    said: str
    within: bool  # the tolerance for it


def changed(tally: Tally, policy: Policy) -> Iterator[Changed]:
    """What the answer that stands changes of a line."""
    terms, said = tally.wanted.terms, tally.stands
    if terms.unit_price is not None and said.unit_price not in (None, terms.unit_price):
        price = said.unit_price or 0
        within = price * WHOLE <= terms.unit_price * (WHOLE + policy.ack_price_pct)
        yield Changed(f"a price of {text(terms.unit_price, PRICE)}", f"a price of {text(price, PRICE)}", within)
    answered = said.accepted + said.backordered + said.rejected
    if said.state is AckState.CHANGED and answered != terms.quantity and not said.held:
        yield Changed(f"{text(terms.quantity)} {tally.uom}", f"{text(answered)} {tally.uom}", False)
    if terms.need_by is not None and said.promised is not None and said.promised > terms.need_by:
        within = said.promised <= terms.need_by + policy.ack_late_days
        yield Changed(f"delivery by {date_text(terms.need_by)}", f"delivery on {date_text(said.promised)}", within)
    if said.substituted:
        yield Changed("the item ordered", f"{text(said.substituted)} {tally.uom} of a substitute", False)


def tolerated(tally: Tally, policy: Policy) -> str | None:
    """The audit of what nobody was asked: what was accepted because it lies within the tolerances."""
    if tally.answer.unit_price is None and tally.answer.promised is None:
        return None
    accepted = [f"{said} instead of {ordered}" for ordered, said, within in changed(tally, policy) if within]
    return "; ".join(accepted) or None
