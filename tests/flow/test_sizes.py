"""However much one record sets off, no turn writes more than a changelog takes, and the partition goes on."""

from __future__ import annotations

from app.domain.facts import Fact, Shipment, ShipmentLine
from app.flow import Lane
from app.flow.plan import TURN_BYTES
from app.store.ports import Group
from tables.purchase_orders import PURCHASE_ORDERS
from tests.support.documents import DAY, HOUR, ONE, PO, START, line, ordered, shipped
from tests.support.facts import fact
from tests.support.memory import Broker, delivered, taken_over

MANY = 6_000


class Measured(Broker):
    """A broker that remembers how many bytes belonged together."""

    def __init__(self) -> None:
        super().__init__()
        self.largest = 0

    async def write(self, groups: list[Group]) -> None:  # type: ignore[override]
        self.largest = max(self.largest, *(sum(len(k) + len(v or b"") for k, v in group) for group in groups))
        await super().write(groups)


async def told(lane: Lane, facts: list[Fact], wait: int) -> None:
    topics = {Shipment: "shipments"}
    records = [delivered(topics.get(type(told), "purchase-orders"), PO, told, n) for n, told in enumerate(facts)]
    await lane.turn(records)
    while lane.deadline is not None and lane.deadline <= START + wait:
        await lane.turn([], max(lane.deadline, lane.clock))


def astray(event_id: str = "s1", name: str = "X", many: int = MANY) -> Shipment:
    lines = tuple(fact(ShipmentLine, line=f"{name}{n}", quantity=ONE, uom="EA") for n in range(many))
    return shipped(event_id, lines=lines)


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
    assert broker.largest < TURN_BYTES


async def test_what_no_changelog_would_take_is_a_dead_letter_and_the_key_goes_on() -> None:
    broker = Measured()
    lane = await taken_over(PURCHASE_ORDERS, broker)
    await told(lane, [ordered(), astray("s1", "X" * 450, 9_000), shipped("s2")], HOUR * 3)
    [view] = views(lane)
    assert view["lines"][0]["shipped"] == "10"
    assert [message.topic for message in broker.published].count("dead-letters") == 1
    assert broker.largest < TURN_BYTES


async def test_large_documents_of_one_order_that_come_together_are_written_apart() -> None:
    broker = Measured()
    lane = await taken_over(PURCHASE_ORDERS, broker)
    numbers, many = [str(n) for n in range(1_000)], 40
    goods = dict.fromkeys(numbers, 1)
    documents = [shipped(f"s{n}", goods=goods, lot="L" * 100, at=2 * HOUR + n) for n in range(many)]
    await told(lane, [*documents, ordered("o1", *(line(number, 100) for number in numbers), recorded=3 * HOUR)], 0)
    [view] = views(lane)
    assert {shown["shipped"] for shown in view["lines"]} == {str(many)}
    assert broker.largest < TURN_BYTES
