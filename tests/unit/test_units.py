"""Packs and their base units: exact, the supplier's own first, and never a guess."""

from __future__ import annotations

import pytest

from app.domain.units import converted
from tables.positions import POSITIONS
from tests.support.following import Following
from tests.support.masters import ITEM, ONE, item, knowing, unit
from tests.support.movements import HOUR, KEY, moved

UNITS = (unit("XCS", 12), unit("XCS", 10, supplier_id="SUP-1"), unit("XBX", 1, 3), unit("XPK", 5), unit("XPK", 6))


def base(quantity: int, uom: str, into: str = "EA", supplier_id: str | None = None, key: str = ITEM) -> int | None:
    golden = knowing(item(item_id=key, uoms=UNITS)).masters.items[key]
    return converted(quantity * ONE, uom, into, golden, supplier_id)


@pytest.mark.parametrize(
    ("quantity", "uom", "into", "supplier_id", "expected"),
    [
        (2, "EA", "EA", None, 2 * ONE),
        (2, "XCS", "EA", None, 24 * ONE),
        (2, "XCS", "EA", "SUP-1", 20 * ONE),
        (2, "XCS", "EA", "SUP-2", 24 * ONE),
        (24, "EA", "XCS", None, 2 * ONE),
        (3, "EA", "XCS", None, ONE // 4),
        (9, "XBX", "EA", None, 3 * ONE),
        (1, "XBX", "EA", None, None),  # a third of one has no end
        (1, "XPK", "EA", None, None),  # two packs of one name
        (1, "CS", "EA", None, None),  # a cassette is no case
        (10**14 - 1, "XCS", "EA", None, None),  # more than any input may say
    ],
)
def test_a_quantity_is_converted_exactly_or_not(
    quantity: int, uom: str, into: str, supplier_id: str | None, expected: int | None
) -> None:
    assert base(quantity, uom, into, supplier_id) == expected


def test_two_units_of_a_position_are_told_with_what_the_master_says_of_them() -> None:
    policy = knowing(item(uoms=(unit("XCS", 12),)))
    following = Following.told(POSITIONS, KEY, [moved("a", quantity=5), moved("b", uom="XCS")], HOUR, policy)
    [told] = [alert.message for alert in following.alerts if alert.code == "UOM_MISMATCH"]
    assert told.endswith("its quantities cannot be added. By the item's master 1 XCS is 12 EA.")
