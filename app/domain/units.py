"""Quantities of an item in its other units: base quantity = quantity x factor / per, exact or not at all."""

from __future__ import annotations

from itertools import product

from app.domain.golden import GoldenItem
from app.domain.policy import ONE, WHOLE
from app.domain.quantities import text

MOST = 10**18  # what decimal(18,4) and decimal(18,6) have no room for
Ratio = tuple[int, int]  # factor and per, of the base unit


def converted(quantity: int, uom: str, into: str, item: GoldenItem, supplier_id: str | None = None) -> int | None:
    """A quantity in another unit of the item, as its supplier packs it, in the decimal places that it has.

    None where the master does not know a unit, knows several packs of one, or the result has more places, or more
    digits than the contract of its inputs. A price per unit goes the other way: `uom` is then the unit wanted.
    """
    has, wants = ratio(item, uom, supplier_id), ratio(item, into, supplier_id)
    if has is None or wants is None:
        return None
    return exactly(quantity, has[0] * wants[1], has[1] * wants[0])


def exactly(quantity: int, factor: int, per: int) -> int | None:
    """A quantity times factor / per; None where it has more places or digits than the contract has room for."""
    whole, rest = divmod(quantity * factor, per)
    return None if rest or abs(whole) >= MOST else whole


def known(item: GoldenItem, supplier_id: str | None = None) -> list[str]:
    """The units that an item is counted in, its base unit first."""
    listed = {unit.uom for unit in item.uoms if unit.supplier_id in (None, supplier_id)}
    return [item.base_uom, *sorted(listed - {item.base_uom})]


def pack_between(
    more: int, less: int, uom: str, item: GoldenItem, supplier_id: str | None, tolerance: int
) -> str | None:
    """The pack of the item by which two quantities in one unit differ, in words; `tolerance` in 1/10,000 of a percent.

    Packs are those between any other unit and this one. None where they differ by anything else.
    """
    others = [other for other in known(item, supplier_id) if other != uom]
    packs = [(other, has) for other in others for has in sorted(_ratios(item, other, supplier_id))]
    for (other, has), mine in product(packs, sorted(_ratios(item, uom, supplier_id))):
        theirs, ours = has[0] * mine[1], has[1] * mine[0]
        up, down = max(theirs, ours), min(theirs, ours)
        if up != down and _near(more, less, up, down, tolerance):
            big, small = (other, uom) if theirs > ours else (uom, other)
            return f"1 {big} is {_factor(up, down)} {small}"
    return None


def _near(more: int, less: int, up: int, down: int, tolerance: int) -> bool:
    return abs(more * down - less * up) * WHOLE <= tolerance * less * up


def _factor(up: int, down: int) -> str:
    whole, rest = divmod(up * ONE, down)
    return text(whole) if not rest else f"{up}/{down}"


def ratio(item: GoldenItem, uom: str, supplier_id: str | None = None) -> Ratio | None:
    """Factor and per of a unit; None where the master knows none, or several packs of this name."""
    packs = _ratios(item, uom, supplier_id)
    return packs.pop() if len(packs) == 1 else None


def _ratios(item: GoldenItem, uom: str, supplier_id: str | None) -> set[Ratio]:
    """The packs of a name: the supplier's own go before those of everybody."""
    if uom == item.base_uom:
        return {(1, 1)}
    for owner in (supplier_id, None):
        packs = {(unit.factor, unit.per) for unit in item.uoms if (unit.uom, unit.supplier_id) == (uom, owner)}
        if packs:
            return packs
    return set()
