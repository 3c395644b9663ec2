"""By what a supplier's master may be another's: that of the record that counts, and not by endless names."""

from __future__ import annotations

from itertools import permutations

from app.domain.internal import Sighting
from app.domain.supplier_sighting import NAMES
from tables.masters import MASTERS
from tests.support.following import Following
from tests.support.masters import SUPPLIER, supplier
from tests.support.movements import DAY, HOUR, START


def test_a_supplier_may_be_another_by_the_record_that_counts_not_by_the_one_that_took_another_back() -> None:
    old, wrong = {"tax_id_hash": "one"}, {"tax_id_hash": "other"}
    taken_back = supplier(2, at=DAY, purpose="CANCEL", supersedes="m2", event_id="m3", **wrong)
    for order in permutations((supplier(1, **old), supplier(2, at=HOUR, event_id="m2", **wrong), taken_back)):
        following = Following(MASTERS)
        for record in order:
            following.take(SUPPLIER, [record], now=START + 2 * DAY)
        told = {output.block: output.stands for output in following.outputs if isinstance(output, Sighting)}
        assert [block for block, stands in told.items() if stands] == ["supplier@tax@one"]


def test_a_supplier_of_thousands_of_aliases_is_compared_by_the_first_of_them() -> None:
    aliases = tuple(f"Gloves of street {number}" for number in range(3_000))
    following = Following(MASTERS)
    following.take(SUPPLIER, [supplier(1, aliases=aliases, postcode="10115", country="DE")])
    blocks = [output.block for output in following.outputs if isinstance(output, Sighting)]
    assert len(blocks) == NAMES + 1
    assert following.view(SUPPLIER)["supplier"]["master"]["version"] == 1
