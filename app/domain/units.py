"""Quantities of an item in its other units: base quantity = quantity x factor / per, exact or not at all.

Packs change. `packings` are the versions from some day on, in the order of time: of a unit counts what the first that
names it says, in the base unit of the last.
"""

from __future__ import annotations

from itertools import product

from app.domain.golden import GoldenItem, Packing, Packings
from app.domain.policy import ONE, WHOLE
from app.domain.quantities import text

MOST = 10**18  # what decimal(18,4) and decimal(18,6) have no room for
Ratio = tuple[int, int]  # factor and per, of the base unit


def converted(quantity: int, has: Ratio | None, wants: Ratio | None) -> int | None:
    """A quantity of one unit in another, in the decimal places that it has.

    None where a unit is not known, or the result has more places, or more digits than the contract of its inputs. A
    price per unit goes the other way: `has` is then the unit wanted.
    """
    if has is None or wants is None:
        return None
    return exactly(quantity, has[0] * wants[1], has[1] * wants[0])


def exactly(quantity: int, factor: int, per: int) -> int | None:
    """A quantity times factor / per; None where it has more places or digits than the contract has room for."""
    whole, rest = divmod(quantity * factor, per)
    return None if rest or abs(whole) >= MOST else whole


def base(packings: Packings) -> str | None:
    """The base unit that all quantities come to: that of the last version that has any; None where none has."""
    last = _last(packings)
    return None if last is None else last.base_uom


def _last(packings: Packings) -> GoldenItem | Packing | None:
    return next((packing for packing in reversed(packings) if packing.base_uom is not None), None)


def known(packings: Packings, supplier_id: str | None = None) -> list[str]:
    """The units that an item is counted in, its base unit first."""
    last = base(packings)
    if last is None:
        return []
    listed = {unit.uom for packing in packings for unit in packing.uoms if unit.supplier_id in (None, supplier_id)}
    bases = {packing.base_uom for packing in packings if packing.base_uom is not None}
    return [last, *sorted((listed | bases) - {last})]


def pack_between(
    more: int, less: int, uom: str, packings: Packings, supplier_id: str | None, tolerance: int
) -> str | None:
    """The pack of the item by which two quantities in one unit differ, in words; `tolerance` in 1/10,000 of a percent.

    Packs are those between any other unit and this one. None where they differ by anything else.
    """
    others = [other for other in known(packings, supplier_id) if other != uom]
    packs = [(other, has) for other in others for has in sorted(_ratios(packings, other, supplier_id))]
    for (other, has), mine in product(packs, sorted(_ratios(packings, uom, supplier_id))):
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


def ratio(packings: Packings, uom: str, supplier_id: str | None = None) -> Ratio | None:
    """Factor and per of a unit; None where no version knows it, or the first that does knows several of its name."""
    packs = _ratios(packings, uom, supplier_id)
    return packs.pop() if len(packs) == 1 else None


def _ratios(packings: Packings, uom: str, supplier_id: str | None) -> set[Ratio]:
    for packing in packings:
        packs = _named(packing, uom, supplier_id)
        if packs:
            return _rebased(packs, packing, packings)
    return set()


def _named(packing: GoldenItem | Packing, uom: str | None, supplier_id: str | None) -> set[Ratio]:
    """The packs of a name in one version: the supplier's own go before those of everybody."""
    if uom is not None and uom == packing.base_uom:
        return {(1, 1)}
    for owner in (supplier_id, None):
        packs = {(unit.factor, unit.per) for unit in packing.uoms if (unit.uom, unit.supplier_id) == (uom, owner)}
        if packs:
            return packs
    return set()


def _rebased(packs: set[Ratio], packing: GoldenItem | Packing, packings: Packings) -> set[Ratio]:
    """Packs of one version in the base unit of the last, by whichever of the two knows both units."""
    last = _last(packings)
    if last is None or packing.base_uom == last.base_uom:
        return packs
    bridges = _named(last, packing.base_uom, None) or {(p, f) for f, p in _named(packing, last.base_uom, None)}
    if len(bridges) != 1:
        return set()
    [(factor, per)] = bridges
    return {(has[0] * factor, has[1] * per) for has in packs}
