"""Suppliers entered twice, in four tiers: what a pair has in common, and which of it speaks."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.facts import SupplierMaster
from app.domain.policy import WHOLE, Policy
from app.domain.rules.sightings_suppliers import MOST
from app.domain.supplier_names import plain_name, plain_phone, plain_postcode
from tables import MASTERS
from tests.support.across import Across
from tests.support.following import Following
from tests.support.masters import removed, supplier
from tests.support.movements import DAY

ALL = {"tax_id_hash": "T", "gln": "G", "duns": "D", "remit_hash": "R", "postcode": "02115", "phone": "617 555 0100"}


def pair(first: str = "Glovers Ltd", second: str = "Glovers Inc.", **common: Any) -> list[SupplierMaster]:
    return [supplier(legal_name=first, **common), supplier(supplier_id="SUP-2", legal_name=second, **common)]


def opened(*suppliers: SupplierMaster, policy: Policy | None = None) -> list[tuple[str, str, str]]:
    return Across.of(suppliers, DAY, policy).open("DUP_SUPPLIER")


@pytest.mark.parametrize(
    ("field", "value", "key", "severity"),
    [
        ("tax_id_hash", "T", "supplier@tax@T", "WARN"),
        ("gln", "G", "supplier@gln@G", "WARN"),
        ("duns", "D", "supplier@duns@D", "WARN"),
        ("remit_hash", "R", "supplier@remit@R", "HIGH"),
    ],
)
def test_one_number_is_enough_whatever_the_names(field: str, value: str, key: str, severity: str) -> None:
    assert opened(*pair("Glovers", "Masks", **{field: value})) == [(key, "SUP-1/SUP-2", severity)]


def test_one_name_in_one_postcode_is_one_supplier_however_it_is_written() -> None:
    written = [
        supplier(legal_name="Müller & Söhne GmbH", postcode="02115-1234", country="US"),
        supplier(supplier_id="SUP-2", legal_name="MULLER AND SOHNE", postcode="02115", country="US"),
    ]
    assert opened(*written) == [("supplier@name@muller and sohne@US@02115", "SUP-1/SUP-2", "WARN")]


def test_an_alias_is_a_name() -> None:
    known = supplier(legal_name="Acme Medical", aliases=("Glovers",), postcode="1")
    assert opened(known, supplier(supplier_id="SUP-2", postcode="1")) == [
        ("supplier@name@glovers@@1", "SUP-1/SUP-2", "WARN")
    ]


def test_names_that_are_alike_need_a_postcode_or_a_telephone_in_common() -> None:
    names = ("Medline Industries", "Medlin Industries")
    assert opened(*pair(*names)) == []
    assert opened(*pair(*names, postcode="1")) == [("supplier@postcode@@1", "SUP-1/SUP-2", "INFO")]
    assert opened(*pair(*names, phone="(617) 555-0100")) == [("supplier@phone@6175550100", "SUP-1/SUP-2", "INFO")]


def test_a_pair_that_has_everything_in_common_is_told_of_once_by_what_tells_most() -> None:
    assert opened(*pair(**ALL)) == [("supplier@tax@T", "SUP-1/SUP-2", "WARN")]
    assert opened(*pair(**{**ALL, "tax_id_hash": None, "gln": None, "duns": None})) == [
        ("supplier@remit@R", "SUP-1/SUP-2", "HIGH")
    ]


def test_when_the_strongest_goes_the_next_speaks() -> None:
    across = Across.of(pair(**ALL), DAY)
    across.follow([supplier(2, 2 * DAY, supplier_id="SUP-2", **{**ALL, "tax_id_hash": "U"})])
    across.wait_until(across.masters.clock + DAY)
    assert across.open("DUP_SUPPLIER") == [("supplier@gln@G", "SUP-1/SUP-2", "WARN")]


def test_how_alike_names_must_be_is_a_setting() -> None:
    alike = pair("Medline Industries", "Medlin Industries", postcode="1")
    assert opened(*alike)
    assert opened(*alike, policy=Policy(dup_supplier_likeness=WHOLE)) == []


def test_the_order_in_which_masters_come_makes_no_difference() -> None:
    assert opened(*pair(**ALL)) == opened(*reversed(pair(**ALL)))


def test_a_master_withdrawn_or_removed_is_compared_no_more() -> None:
    following = Following(MASTERS)
    following.take("SUP-1", [supplier(tax_id_hash="T")])
    following.take("SUP-1", [removed("supplier-master")])
    told = [(output.key, output.stands) for output in following.outputs if hasattr(output, "stands")]
    assert told == [("supplier@tax@T", True), ("supplier@tax@T", False)]


def test_the_alert_names_both_and_what_they_have_in_common() -> None:
    (alert,) = Across.of(pair(remit_hash="R"), DAY).sightings.alerts
    assert (alert.entity_type, alert.partner_id, alert.po_number) == ("supplier", "SUP-2", None)
    assert alert.message == (
        "Suppliers SUP-1 (Glovers Ltd) and SUP-2 (Glovers Inc.) have one bank account for payments: "
        "they may be one, entered twice."
    )


def test_what_a_crowd_has_in_common_is_told_of_as_a_placeholder() -> None:
    crowd = [supplier(supplier_id=f"SUP-{n}", legal_name=f"Name {n}", postcode="00000") for n in range(MOST + 1)]
    assert opened(*crowd)[-1] == ("supplier@postcode@@00000", "too many", "WARN")


def test_a_supplier_is_never_forgotten_while_he_stands() -> None:
    across = Across.of([supplier(tax_id_hash="T")], 500 * DAY)
    assert across.sightings.view("supplier@tax@T")["seen"]


def test_writing_makes_no_difference() -> None:
    assert plain_name("  The A.B.C.  Cömpany, Inc ") == "the abc"
    assert plain_name("LLC") == ""
    assert plain_postcode("sw1a 2aa") == "SW1A2AA"
    assert plain_phone("+1 (617) 555-0100") == "16175550100"
