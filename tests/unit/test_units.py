"""Packs and their base units: exact, the supplier's own first, and never a guess."""

from __future__ import annotations

import pytest

from app.domain.policy import DAY, Policy
from app.domain.units import converted, pack_between, ratio
from tests.support.masters import ITEM, ONE, item, know, knowing, unit

UNITS = (unit("XCS", 12), unit("XCS", 10, supplier_id="SUP-1"), unit("XBX", 1, 3), unit("XPK", 5), unit("XPK", 6))


def base(quantity: int, uom: str, into: str = "EA", supplier_id: str | None = None, key: str = ITEM) -> int | None:
    packings = knowing(item(item_id=key, uoms=UNITS)).masters.packings(key)
    return converted(quantity * ONE, ratio(packings, uom, supplier_id), ratio(packings, into, supplier_id))


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


@pytest.mark.parametrize(
    ("more", "less", "uom", "supplier_id", "pack"),
    [
        (120, 10, "EA", None, "1 XCS is 12 EA"),
        (100, 10, "EA", "SUP-1", "1 XCS is 10 EA"),
        (120, 10, "EA", "SUP-1", None),  # the supplier's own go first
        (120, 10, "XCS", None, "1 XCS is 12 EA"),
        (360, 10, "XCS", None, "1 XCS is 36 XBX"),
        (30, 10, "EA", None, "1 EA is 3 XBX"),
        (50, 10, "EA", None, "1 XPK is 5 EA"),  # either of two packs of one name may have been meant
        (60, 10, "EA", None, "1 XPK is 6 EA"),
        (12_010, 1_000, "EA", None, "1 XCS is 12 EA"),  # within a thousandth
        (12_013, 1_000, "EA", None, None),
        (20, 10, "EA", None, None),
        (120, 10, "CS", None, None),  # nothing is known of it
    ],
)
def test_two_quantities_that_differ_by_one_pack_are_told_from_others(
    more: int, less: int, uom: str, supplier_id: str | None, pack: str | None
) -> None:
    packings = knowing(item(uoms=UNITS)).masters.packings(ITEM)
    assert pack_between(more * ONE, less * ONE, uom, packings, supplier_id, ONE // 10) == pack


DAYS = (
    item(1, valid_from=DAY, uoms=(unit("XCS", 12),)),
    item(2, valid_from=3 * DAY, uoms=(unit("XCS", 10), unit("XBX", 4))),
    item(3, valid_from=5 * DAY, base_uom="XBX", uoms=(unit("EA", 1, 4), unit("XCS", 3))),
    item(4, valid_from=7 * DAY, base_uom="XBX", uoms=(unit("EA", 1, 4),)),
)


@pytest.mark.parametrize(
    ("days", "uom", "packs"),
    [
        (1, "XCS", [12, 12, 12, 12, 12]),
        (2, "XCS", [12, 12, 12, 10, 10]),
        (2, "XBX", [4, 4, 4, 4, 4]),  # nobody says otherwise of the days before
        (3, "XCS", [3, 3, 3, 2.5, 2.5, 3, 3]),  # of four pieces each
        (4, "XCS", [3, 3, 3, 2.5, 2.5, 3, 3, None, None]),
    ],
)
def test_a_unit_is_the_pack_of_the_version_of_its_day(days: int, uom: str, packs: list[float | None]) -> None:
    policy = Policy()
    know(policy, *DAYS[:days])
    ratios = [ratio(policy.masters.packings(ITEM, day * DAY), uom) for day in range(len(packs))]
    assert [None if found is None else found[0] / found[1] for found in ratios] == packs
