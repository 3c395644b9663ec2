"""However much one record sets off, no turn writes more than a changelog takes, and the partition goes on."""

from __future__ import annotations

from random import Random

import pytest

from app.contracts.checks import LINES
from app.contracts.decode import read
from app.domain.facts import Fact, Invoice, Receipt, Shipment, ShipmentLine
from app.domain.policy import Policy
from app.domain.positions.irregulars import DAYS
from app.flow import Lane
from app.flow.plan import FULL_BYTES
from app.store import layout
from app.store.packing import fits
from app.store.ports import Group
from app.topics import TOPICS
from tables.positions import POSITIONS
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import (
    DAY,
    HOUR,
    ONE,
    PO,
    START,
    TODAY,
    acked,
    billed,
    cancelled,
    line,
    ordered,
    received,
    shipped,
    status,
)
from tests.support.facts import fact
from tests.support.memory import SCHEMAS, Broker, delivered, taken_over
from tests.support.movements import KEY, MINUTE, moved

MANY = 6_000
WIDE = {f"{number:0300}": 7 for number in range(1_000)}  # more than a topic takes in one message


class Measured(Broker):
    """A broker that takes no more at once than a changelog does."""

    async def write(self, groups: list[Group]) -> None:  # type: ignore[override]
        assert all(fits([part for row in group for part in row if part], FULL_BYTES) for group in groups)
        await super().write(groups)

    def refused(self) -> list[str]:
        """The topics of its dead letters' records."""
        letters = [m.value for m in self.published if m.topic == "dead-letters"]
        return [read(TOPICS["dead-letters"], value, SCHEMAS).topic for value in letters]


async def told(lane: Lane, facts: list[Fact], wait: int) -> None:
    topics = {Shipment: "shipments", Receipt: "receipts", Invoice: "invoices"}
    records = [delivered(topics.get(type(told), "purchase-orders"), PO, told, n) for n, told in enumerate(facts)]
    await lane.turn(records)
    while lane.deadline is not None and lane.deadline <= START + wait:
        await lane.turn([], max(lane.deadline, lane.clock))


def astray(event_id: str = "s1", name: str = "X", many: int = MANY) -> Shipment:
    lines = tuple(fact(ShipmentLine, line=f"{name}{n}", quantity=ONE, uom="EA") for n in range(many))
    return shipped(event_id, lines=lines)


def endless(event_id: str, many: int) -> Shipment:
    """Its line numbers are as long as they may be, and do not pack."""
    dice = Random(event_id)
    names = (dice.randbytes(225).hex() for _ in range(many))
    return shipped(event_id, lines=tuple(fact(ShipmentLine, line=name, quantity=ONE, uom="EA") for name in names))


def alerts(lane: Lane, code: str) -> int:
    view = next(iter(views(lane)))
    return sum(alert["code"] == code for alert in view["open_alerts"])


def views(lane: Lane) -> list[dict]:
    partition, table = lane.partition, lane.partition.table
    logs = [partition.read(key) for key in partition.heads]
    return [table.view(log.state, log, lane.clock, lane.planner.policy) for log in logs]


async def test_a_document_that_opens_thousands_of_alerts_opens_them_turn_by_turn_and_heals_them_likewise() -> None:
    broker = Measured()
    lane = await taken_over(PURCHASE_ORDERS, broker)
    await told(lane, [ordered(), astray()], HOUR * 3)
    assert alerts(lane, "LINE_UNMATCHED") == MANY
    await told(lane, [shipped("x1", at=4 * HOUR, purpose="CANCEL", supersedes="s1", goods={})], DAY // 2)
    assert alerts(lane, "LINE_UNMATCHED") == 0


async def test_what_no_changelog_would_take_is_a_dead_letter_and_the_key_goes_on() -> None:
    broker = Measured()
    lane = await taken_over(PURCHASE_ORDERS, broker)
    await told(lane, [ordered(), endless("s1", 9_000), shipped("s2")], HOUR * 3)
    [view] = views(lane)
    assert view["lines"][0]["shipped"] == "10"
    assert broker.refused() == ["shipments"]


async def test_the_document_that_makes_an_order_too_large_is_refused_and_never_a_small_one_beside_it() -> None:
    broker, many = Measured(), 12
    lane = await taken_over(PURCHASE_ORDERS, broker)
    await told(lane, [ordered("o1", line("10", 1_000))], 0)
    for n in range(many):
        await told(lane, [endless(f"l{n}", 900), shipped(f"s{n}", goods={"10": 1}, at=2 * HOUR + n)], 0)
    [view] = views(lane)
    assert view["lines"][0]["shipped"] == str(many)
    assert 0 < len(broker.refused()) < many


async def test_an_order_of_as_many_lines_as_one_may_have_is_followed_to_its_bill() -> None:
    broker = Measured()
    lane = await taken_over(PURCHASE_ORDERS, broker)
    numbers = [str(n) for n in range(LINES)]
    goods = dict.fromkeys(numbers, 7)
    documents: dict[str, Fact] = {
        "purchase-orders": ordered("o1", *(line(number, 7, unit_price=ONE * 100) for number in numbers)),
        "po-acks": acked(codes={number: [status("DR", 7, date=TODAY + 9)] for number in numbers}),
        "shipments": shipped(goods=goods),
        "receipts": received(goods=goods),
        "invoices": billed(goods=goods, unit_price=ONE * 100),
    }
    for topic, document in documents.items():
        await lane.turn([delivered(topic, PO, document)], START + DAY)
    [view] = views(lane)
    assert (view["life"], len(view["lines"])) == ("COMPLETED", LINES)
    assert [message.topic for message in broker.published].count("po-corrected") == len(documents)
    assert broker.refused() == []


async def test_large_documents_of_one_order_that_come_together_are_written_apart() -> None:
    broker = Measured()
    lane = await taken_over(PURCHASE_ORDERS, broker)
    numbers, many = [str(n) for n in range(1_000)], 40
    goods = dict.fromkeys(numbers, 1)
    documents = [shipped(f"s{n}", goods=goods, lot="L" * 100, at=2 * HOUR + n) for n in range(many)]
    await told(lane, [*documents, ordered("o1", *(line(number, 100) for number in numbers), recorded=3 * HOUR)], 0)
    [view] = views(lane)
    assert {shown["shipped"] for shown in view["lines"]} == {str(many)}


@pytest.mark.parametrize(
    ("story", "codes"),
    [
        ([billed(goods=WIDE, total=ONE * 100)], {"INVOICE_TOTAL"}),
        ([shipped(goods=WIDE, eta=TODAY + 1)], {"NOT_RECEIVED"}),
        ([shipped(goods=WIDE), cancelled()], {"CANCEL_AFTER_SHIP"}),
        ([cancelled(), shipped(goods=WIDE, at=2 * DAY)], {"SHIP_ON_CANCELLED"}),
        ([cancelled(), received(goods=WIDE, at=2 * DAY)], {"NO_ASN", "RECEIPT_ON_CLOSED"}),
        ([cancelled(), billed(goods=WIDE, at=2 * DAY)], {"INVOICE_ON_CANCELLED"}),
    ],
    ids=lambda told: "-".join(sorted(told)) if isinstance(told, set) else None,
)
async def test_an_alert_of_all_lines_of_a_large_order_names_some_and_counts_the_others(
    story: list[Fact], codes: set[str]
) -> None:
    broker = Measured()
    lane = await taken_over(PURCHASE_ORDERS, broker)
    for document in [ordered("o1", *(line(number, 7) for number in WIDE)), *story]:
        await told(lane, [document], document.event_time - START)
    await told(lane, [], 20 * DAY)
    [view] = views(lane)
    assert codes <= {alert["code"] for alert in view["open_alerts"]}
    assert broker.refused() == []


@pytest.mark.parametrize("counts", [40, 400])
async def test_a_late_movement_writes_one_page_of_counts_however_many_there_are(counts: int) -> None:
    broker = Broker()
    lane = await taken_over(POSITIONS, broker)
    counted = [moved(f"c{n}", "COUNT_SET", 5, at=n * MINUTE) for n in range(counts)]
    await lane.turn([delivered("inventory-events", KEY, count, n) for n, count in enumerate(counted)])
    before = len(broker.changelog)
    late = moved("late", "ISSUE", 1, at=(counts - 20) * MINUTE + 1, recorded=counts * MINUTE)
    await lane.turn([delivered("inventory-events", KEY, late, counts)])
    rows = broker.changelog[before:]
    assert len([row_key for row_key, _ in rows if row_key.startswith(KEY.encode() + b"\x00a")]) == 1
    assert sum(len(row or b"") for _, row in rows) < 4096


async def test_what_does_not_count_is_remembered_no_longer_than_the_log_keeps_it() -> None:
    lane = await taken_over(POSITIONS, Broker(), Policy(horizon=5 * DAY))
    for day in range(100):
        at = START + day * DAY
        received = [moved(f"r{day}-{n}", "RECEIPT", 5, at=at + n) for n in range(4)]
        cancel = moved(f"x{day}", "RECEIPT", 5, at=at, recorded=at + 9, purpose="CANCEL", supersedes=f"r{day}-0")
        await lane.turn([delivered("inventory-events", KEY, told) for told in (*received, cancel)])
    log = lane.partition.read(KEY.encode())
    days = {entry.event_time // DAY for entry in log.every()}
    kept = [layout.parse_key(row_key)[2] - DAYS for row_key in lane.partition.annexes]
    assert min(days) > START // DAY + 80
    assert sorted(kept) == sorted(days)
