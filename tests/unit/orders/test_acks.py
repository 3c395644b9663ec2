"""What a supplier's codes come to: the encodings in use, and those that can be read in two ways."""

from __future__ import annotations

from itertools import product

import pytest

from app.domain.codes import AckState
from app.domain.orders.acks import Ambiguous, Answer, answer, answer_all
from app.domain.orders.documents import Ordered, Status

ONE = 10_000
LINE = Ordered("10", 10 * ONE, "EA", "ITEM", "SUP-1", None, 5_000_000, None, 20_000, None, None, None, False)
Codes = list[tuple[str, int | None]]


def said(*codes: tuple[str, int | None], bp_accepts: bool = True, **fields: object) -> Answer | Ambiguous:
    return answer([[_status(code, quantity, **fields) for code, quantity in codes]], LINE, bp_accepts)


def _status(code: str, quantity: int | None, **fields: object) -> Status:
    names = ("uom", "date", "date_qualifier", "unit_price", "item_id", "supplier_item")
    return Status(code, None if quantity is None else quantity * ONE, *(fields.get(name) for name in names))  # type: ignore[arg-type]


READ: list[tuple[Codes, tuple[int, int, int], AckState]] = [  # codes, (accepted, backordered, rejected), state
    ([("IA", None)], (10, 0, 0), AckState.ACCEPTED),
    ([("IA", 10)], (10, 0, 0), AckState.ACCEPTED),
    ([("IE", None)], (10, 0, 0), AckState.ACCEPTED),
    ([("BP", 6)], (6, 4, 0), AckState.PART_BACKORDERED),
    ([("IB", 4)], (6, 4, 0), AckState.PART_BACKORDERED),
    ([("IA", 6), ("IB", 4)], (6, 4, 0), AckState.PART_BACKORDERED),
    ([("BP", 6), ("IB", 4)], (6, 4, 0), AckState.PART_BACKORDERED),
    ([("IB", None)], (0, 10, 0), AckState.BACKORDERED),
    ([("IB", 10)], (0, 10, 0), AckState.BACKORDERED),
    ([("IA", None), ("IB", 4)], (6, 4, 0), AckState.PART_BACKORDERED),
    ([("IQ", 8)], (8, 0, 0), AckState.CHANGED),
    ([("IQ", 12)], (12, 0, 0), AckState.CHANGED),
    ([("IQ", 4), ("IA", 4)], (4, 0, 0), AckState.CHANGED),
    ([("DR", None)], (10, 0, 0), AckState.CHANGED),
    ([("IA", 10), ("DR", 10)], (10, 0, 0), AckState.CHANGED),
    ([("IA", 6), ("DR", 4)], (10, 0, 0), AckState.CHANGED),
    ([("IR", None)], (0, 0, 10), AckState.REJECTED),
    ([("R3", 10)], (0, 0, 10), AckState.REJECTED),
    ([("ID", None)], (0, 0, 10), AckState.REJECTED),
    ([("IA", 6), ("IR", 4)], (6, 0, 4), AckState.CHANGED),
    ([("IH", None)], (0, 0, 0), AckState.HELD),
    ([("IS", None)], (10, 0, 0), AckState.CHANGED),
]
HELD: list[Codes] = [
    [],
    [("ZZ", 10)],
    [("IA", 5), ("IA", 5)],
    [("BP", None)],
    [("IQ", None)],
    [("IP", 10)],
    [("IC", 10)],
    [("IA", 6)],
    [("IA", 11)],
    [("IB", 11)],
    [("IA", 6), ("IB", 6)],
    [("IA", 6), ("IB", 3)],
    [("BP", 6), ("IB", 3)],
    [("BP", 6), ("IA", 4)],
    [("IA", None), ("IR", None)],
    [("IQ", 12), ("IR", None)],
    [("IQ", 12), ("IB", None)],
    [("IQ", 12), ("IH", None)],
]


@pytest.mark.parametrize(("codes", "parts", "state"), READ, ids=str)
def test_codes_that_leave_no_doubt_are_read(codes: Codes, parts: tuple[int, int, int], state: AckState) -> None:
    got = said(*codes)
    assert isinstance(got, Answer)
    assert (got.accepted, got.backordered, got.rejected) == tuple(part * ONE for part in parts)
    assert got.state is state


@pytest.mark.parametrize("codes", HELD, ids=str)
def test_codes_that_can_be_read_in_two_ways_are_held(codes: Codes) -> None:
    assert isinstance(said(*codes), Ambiguous)


@pytest.mark.parametrize("bp_accepts", [True, False])
def test_two_codes_of_any_quantities_are_held_or_explain_the_line_whole(bp_accepts: bool) -> None:
    every = [*product(("IA", "DR", "IP", "IQ", "IS", "BP", "IB", "IR", "IH"), (None, 0, 4, 6, 10, 12))]
    read = [(codes, said(*codes, bp_accepts=bp_accepts, unit_price=6_000_000)) for codes in product(every, every)]
    for codes, got in read:
        if isinstance(got, Answer):
            others = got.backordered, got.rejected, got.held
            assert min(got.accepted, *others) >= 0, codes
            whole = got.accepted + sum(others) == LINE.quantity
            assert whole or ("IQ" in dict(codes) and not any(others)), codes
    assert {type(got) for _, got in read} == {Answer, Ambiguous}


def test_bp_names_the_backordered_part_where_the_setting_says_so() -> None:
    got = said(("BP", 6), bp_accepts=False)
    assert isinstance(got, Answer)
    assert (got.accepted, got.backordered) == (4 * ONE, 6 * ONE)


def test_a_line_named_twice_adds_its_quantities() -> None:
    got = answer([[_status("IA", 4)], [_status("IA", 6)]], LINE, True)
    assert got == Answer(AckState.ACCEPTED, 10 * ONE)


def test_a_changed_price_is_read_where_the_price_is_named() -> None:
    got = said(("IP", None), unit_price=6_000_000)
    assert isinstance(got, Answer)
    assert (got.state, got.unit_price) == (AckState.CHANGED, 6_000_000)


@pytest.mark.parametrize("prices", [(6_000_000, 5_000_000), (5_000_000, 6_000_000), (6_000_000, None)])
def test_a_line_named_twice_at_two_prices_is_answered_at_the_higher(prices: tuple[int, int | None]) -> None:
    groups = [[_status("IA", 5, unit_price=price)] for price in prices]
    assert answer(groups, LINE, True).unit_price == 6_000_000  # type: ignore[union-attr]


def test_another_unit_than_the_line_s_is_held() -> None:
    assert isinstance(said(("IA", 10), uom="XCS"), Ambiguous)


def test_the_day_of_arrival_is_promised_before_the_day_of_departure() -> None:
    leaves, comes = _status("IA", 4, date=7, date_qualifier="068"), _status("DR", 6, date=5, date_qualifier="067")
    assert answer([[leaves, comes]], LINE, True).promised == 5  # type: ignore[union-attr]
    assert answer([[leaves], [_status("IA", 6, date=5, date_qualifier="067")]], LINE, True).promised == 5  # type: ignore[union-attr]
    assert answer([[_status("IA", None, date=7, date_qualifier="068")]], LINE, True).promised == 7  # type: ignore[union-attr]


@pytest.mark.parametrize("ack_type", ["AD", "AK", "AT"])
def test_headers_that_accept_accept_every_line(ack_type: str) -> None:
    assert answer_all(ack_type, LINE) == Answer(AckState.ACCEPTED, 10 * ONE)


@pytest.mark.parametrize("ack_type", ["RD", "RF", "RJ", "RN", "RO", "RV"])
def test_headers_that_reject_reject_every_line(ack_type: str) -> None:
    assert answer_all(ack_type, LINE) == Answer(AckState.REJECTED, rejected=10 * ONE)


def test_a_header_that_holds_holds_every_line() -> None:
    assert answer_all("AH", LINE) == Answer(AckState.HELD)


@pytest.mark.parametrize("ack_type", ["AP", "NA", "AC", "AE", None])
def test_other_headers_without_lines_are_ambiguous(ack_type: str | None) -> None:
    assert isinstance(answer_all(ack_type, LINE), Ambiguous)
