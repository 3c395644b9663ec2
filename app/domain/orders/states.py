"""How far goods and bills of a line are, and what shipping says: tables of which the first row that holds wins.

A row has its condition in words, the condition, and the state. Quantities are of 1/10,000 of the line's unit.
"""

from __future__ import annotations

from collections.abc import Callable

from app.domain.codes import AckState, Fulfilment, Invoicing

FULFILMENT: tuple[tuple[str, Callable[[int, int, int], bool], Fulfilment], ...] = (
    ("more was received than is wanted", lambda came, left, wanted: came > wanted, Fulfilment.OVER_RECEIVED),
    ("all that is wanted was received", lambda came, left, wanted: 0 < came == wanted, Fulfilment.RECEIVED),
    ("something was received", lambda came, left, wanted: came > 0, Fulfilment.PART_RECEIVED),
    ("all that is wanted was shipped", lambda came, left, wanted: left >= wanted and left > 0, Fulfilment.SHIPPED),
    ("something was shipped", lambda came, left, wanted: left > 0, Fulfilment.PART_SHIPPED),
    ("nothing was shipped or received", lambda came, left, wanted: True, Fulfilment.NONE),
)
INVOICING: tuple[tuple[str, Callable[[int, int, bool], bool], Invoicing], ...] = (
    ("more is billed than is wanted", lambda net, wanted, held: net > wanted, Invoicing.OVER),
    ("a bill may not be paid as it is", lambda net, wanted, held: held, Invoicing.BLOCKED),
    ("nothing is billed, or all was credited", lambda net, wanted, held: net <= 0, Invoicing.NONE),
    ("all that is wanted is billed", lambda net, wanted, held: net == wanted, Invoicing.FULL),
    ("something is billed", lambda net, wanted, held: True, Invoicing.PART),
)

SHIPPED_ANYWAY = {  # an answer, and what it comes to once more was shipped than it accepts
    AckState.NONE: AckState.ACCEPTED,
    AckState.BACKORDERED: AckState.PART_BACKORDERED,
    AckState.REJECTED: AckState.CHANGED,
}


def fulfilment(came: int, left: int, wanted: int) -> Fulfilment:
    """Of a line of which `came` was received, whatever its condition, and `left` was shipped."""
    for _, holds, state in FULFILMENT:
        if holds(came, left, wanted):
            return state
    raise AssertionError("the last row always holds")


def invoicing(net: int, wanted: int, held: bool) -> Invoicing:
    """Of a line of which `net` is billed, less credits; `held` says that a bill of it may not be paid as it is."""
    for _, holds, state in INVOICING:
        if holds(net, wanted, held):
            return state
    raise AssertionError("the last row always holds")
