"""What commands read of the tables that workers keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.kafka.reader import views
from tables import PURCHASE_ORDERS, SUPPLIERS
from tests.engine import feed, verdict
from tests.engine.cluster import Cluster

pytestmark = pytest.mark.embedded


async def test_the_record_of_suppliers_on_kafka_is_that_of_a_backtest(by_data: Cluster, tmp_path: Path) -> None:
    lines = feed.orders(3, 40)
    by_data.start_worker()
    await by_data.feed(lines)
    await by_data.applied()
    expected = await verdict.of_backtest(lines, tmp_path / "backtest", by_data.settings.policy)
    found = await views(by_data.settings, SUPPLIERS, by_data.schemas)
    assert found == expected.tables["suppliers"]
    assert found[0]["orders"] > 30


async def test_orders_on_kafka_are_shown_by_the_packs_that_the_masters_tell(by_data: Cluster, tmp_path: Path) -> None:
    gloves = feed.item("GLOVES", uoms=[{"uom": "XCS", "factor": "10"}])
    lines = [gloves, *feed.order("PO-1", feed.START, "1", "XCS")]
    by_data.start_worker()
    await by_data.feed(lines)
    await by_data.applied()
    expected = await verdict.of_backtest(lines, tmp_path / "backtest", by_data.settings.policy)
    [found] = await views(by_data.settings, PURCHASE_ORDERS, by_data.schemas)
    assert [found] == await by_data.views(PURCHASE_ORDERS) == expected.tables["purchase-orders"]
    assert (found["life"], found["lines"][0]["received_good"]) == ("COMPLETED", "10")
