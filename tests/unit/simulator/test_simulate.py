"""A made-up network is repeatable, honest about its faults, and right about what is true in the end."""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.contracts.encode import Encoder
from app.contracts.fileform import parse
from app.contracts.schemas import LocalSchemas
from app.contracts.times import parse_time
from app.dev.simulator import Plan, Result, simulate
from app.dev.simulator.faults import CRITICAL, NAMES, ORDERS, parse_rates
from app.dev.simulator.feeds import DAY
from app.dev.simulator.labels import NONE, Label
from app.errors import UsageError
from tools.reference import RULES

SMALL = Plan(facilities=1, items=20, days=12, seed=5)


def _run(plan: Plan) -> tuple[list[dict[str, Any]], Result]:
    out = io.BytesIO()
    result = simulate(plan, out)
    return [json.loads(line) for line in out.getvalue().splitlines()], result


def _bytes(plan: Plan) -> bytes:
    out = io.BytesIO()
    result = simulate(plan, out)
    return out.getvalue() + msgspec.json.encode([result.labels, list(result.truth)])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    plan = SMALL._replace(rates=parse_rates("0.015"))
    assert _bytes(plan) == _bytes(plan)
    assert _bytes(plan) != _bytes(plan._replace(seed=6))


def test_without_faults_nothing_is_labelled_and_every_source_counts_without_gaps() -> None:
    lines, result = _run(SMALL)
    assert not result.labels
    numbers = defaultdict(list)
    for line in lines:
        numbers[line["value"]["source_system"], line["key"]].append(line["value"]["source_seq"])
    assert all(sorted(seen) == list(range(1, len(seen) + 1)) for seen in numbers.values())
    assert len({line["value"]["event_id"] for line in lines}) == len(lines)


def test_every_record_keeps_the_contract() -> None:
    lines, _ = _run(SMALL)
    encoder = Encoder(LocalSchemas().ids())
    for line in lines:
        assert parse(json.dumps(line).encode(), encoder).value


def test_all_that_happens_in_a_hospital_is_told() -> None:
    lines, _ = _run(Plan(facilities=1, items=60, days=40, seed=2))
    movements = Counter(line["value"]["movement"] for line in lines if line["topic"] == "inventory-events")
    assert movements.keys() >= {
        "RECEIPT", "ISSUE", "CONSUME", "TRANSFER_OUT", "TRANSFER_IN", "COUNT_SET", "RETURN_IN", "RETURN_OUT", "SCRAP",
        "RESERVE", "RELEASE",
    }  # fmt: skip
    purposes = Counter(line["value"].get("purpose") for line in lines)
    assert purposes.keys() >= {None, "CANCEL", "REPLACE", "CHANGE"}
    assert {line["topic"] for line in lines} >= {"purchase-orders", "po-acks", "shipments", "receipts", "invoices"}


def test_both_sides_of_a_transfer_carry_its_id() -> None:
    lines, _ = _run(SMALL)
    sides = defaultdict(set)
    for line in lines:
        if "transfer_id" in line["value"]:
            sides[line["value"]["transfer_id"]].add((line["value"]["movement"], line["value"]["quantity"]))
    assert sides
    assert all(len(side) == 2 and len({quantity for _, quantity in side}) == 1 for side in sides.values())


def test_the_truth_is_the_sum_of_what_moved_where_nothing_was_counted_again() -> None:
    lines, result = _run(SMALL)
    truth = {said["key"]: said["view"] for said in result.truth if said["table"] == "positions"}
    by_key = defaultdict(list)
    for line in lines:
        if line["topic"] == "inventory-events":
            by_key[line["key"]].append(line["value"])
    checked = 0
    for key, values in by_key.items():
        movements = Counter(value["movement"] for value in values)
        if movements["COUNT_SET"] == 1 and not any("purpose" in value or "stock_status" in value for value in values):
            assert truth[key]["on_hand"] == str(sum(_signed(value) for value in values))
            checked += 1
    assert checked


UP = ("RECEIPT", "RETURN_IN", "TRANSFER_IN", "COUNT_SET")


def _signed(value: dict[str, Any]) -> int:
    if value["movement"] in ("RESERVE", "RELEASE"):
        return 0
    return int(value["quantity"]) * (1 if value["movement"] in UP else -1)


@pytest.mark.parametrize("fault", ["duplicate", "resend", "reorder", "garbage"])
def test_a_rate_is_the_share_of_records_that_suffer_the_fault(fault: str) -> None:
    plan = Plan(facilities=1, items=40, days=20, seed=3, rates={fault: 0.1})
    _, plain = _run(plan._replace(rates={}))
    _, result = _run(plan)
    hit = sum(label.fault == fault for label in result.labels)
    assert 0.07 < hit / plain.lines < 0.13


def test_a_benign_fault_asks_for_nothing() -> None:
    _, result = _run(SMALL._replace(rates={"duplicate": 0.2, "resend": 0.2, "reorder": 0.2}))
    assert {label.code for label in result.labels} == {NONE}


def test_a_lost_record_leaves_a_gap_and_an_undecidable_key() -> None:
    _, result = _run(SMALL._replace(rates={"lose": 1.0}))
    lost = {label.key for label in result.labels if label.fault == "lose"}
    gaps = {label.key for label in result.labels if label.code == "SEQ_GAP"}
    undecidable = {said["key"] for said in result.truth if said["undecidable"]}
    assert gaps
    assert gaps <= lost == undecidable


@pytest.fixture(scope="module")
def labels() -> list[Label]:
    """Of a plan in which everything goes wrong somewhere, with orders enough to do so when a fault is added."""
    share = 0.9 / len(ORDERS)  # one order suffers one fault
    few = {"dup-supplier": 0.5, "late-master": 0.3, "mis-scale": 0.2}  # few suffer them, as few items are critical
    few |= {bend.__name__.replace("_", "-"): share + 0.02 for bend in CRITICAL}
    rates = parse_rates("0.04") | {fault.name: share for fault in ORDERS} | few
    _, result = _run(Plan(facilities=2, items=60, days=80, seed=4, rates=rates, direct=6))
    return result.labels


def test_every_fault_can_be_injected(labels: list[Label]) -> None:
    assert {label.fault for label in labels} >= set(NAMES)


def test_every_rule_has_a_fault_that_opens_its_alert(labels: list[Label]) -> None:
    assert {label.code for label in labels} >= {rule.code for rules in RULES.values() for rule in rules}


def test_a_dead_letter_is_labelled_by_its_line(tmp_path: Path) -> None:
    lines, result = _run(SMALL._replace(rates={"garbage": 0.1}))
    offsets = {label.offset for label in result.labels}
    assert offsets == {number for number, line in enumerate(lines) if "raw" in line}


def test_an_overtaken_record_comes_after_its_cancel() -> None:
    lines, result = _run(SMALL._replace(rates={"early-cancel": 1.0}))
    place = {line["value"]["event_id"]: number for number, line in enumerate(lines)}
    pairs = [label.event_ids for label in result.labels if label.fault == "early-cancel"]
    assert pairs
    assert all(place[cancel] < place[target] for target, cancel in pairs)


def test_a_number_of_events_can_be_asked_for() -> None:
    _, result = _run(SMALL._replace(events=3_000))
    assert 3_000 <= result.lines < 4_500


def test_goods_that_no_shelf_keeps_are_ordered_and_move_no_stock() -> None:
    lines, result = _run(SMALL._replace(direct=30))
    assert result.orders > 30 * SMALL.days
    moved = {line["value"]["ref_po"] for line in lines if "ref_po" in line["value"]}
    assert 0 < len(moved) < result.orders - 25 * SMALL.days


def test_the_same_goods_are_not_ordered_twice_within_a_day() -> None:
    lines, _ = _run(SMALL._replace(direct=30))
    ordered = defaultdict(list)
    for line in lines:
        if line["topic"] == "purchase-orders" and "purpose" not in line["value"]:
            goods = tuple(sorted(said["item_id"] for said in line["value"]["lines"]))
            ordered[goods].append(parse_time(line["value"]["event_time"]))
    again = [later - earlier for times in ordered.values() for earlier, later in pairwise(sorted(times))]
    assert again
    assert min(again) > DAY


def test_a_rate_for_every_fault_may_have_exceptions() -> None:
    rates = parse_rates("0.01,lose=0,dup-po=0.5")
    assert (rates["lose"], rates["dup-po"], rates["delay"]) == (0, 0.5, 0.01)


@pytest.mark.parametrize("text", ["nonsense=0.1", "lose=2", "much", "lose=", "0.2", "lose=0.1,0.01"])
def test_rates_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        _run(SMALL._replace(rates=parse_rates(text)))


def test_a_label_leaves_out_what_it_does_not_say() -> None:
    assert msgspec.json.encode(Label("reorder", NONE, "K")) == b'{"fault":"reorder","code":"none","key":"K"}'
